"""What comes from payment providers by itself, each to the address with its name."""


def test_a_webhook_is_taken_from_a_provider_of_the_shop_that_signed_it(shop):
    path = "/api/v1/webhooks/"
    shop.api().post(path + "nobody", {}).expect(404)
    shop.api().post(path + "sandbox", {}).expect(401)
    forged = {"Sandbox-Signature": "t=1,v1=00"}
    shop.api().post(path + "sandbox", {}, headers=forged).expect(401)
