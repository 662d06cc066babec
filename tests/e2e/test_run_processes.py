"""./run --processes: several processes are one shop, on one machine, to try it."""

import os
import signal

from brokers import needs_kafka
from programs import Shop, is_running, wait_until
from run_script import BINARY, check_sold, needs_release, run, sell_one  # noqa: F401 (a fixture)

pytestmark = needs_release


@needs_kafka
def test_several_processes_are_one_shop_that_goes_on_when_one_dies(run):
    run.open("--log", "kafka", "--processes", "3")
    folders = [run.data, run.data / "process-2", run.data / "process-3"]
    for again in (False, True):
        if again:
            run.open("--processes", "3")
        shops = [Shop(BINARY, folder) for folder in folders]
        for shop in shops:
            assert f"http://{shop.address}" in run.said()
            wait_until(lambda shop=shop: opens_a_cart(shop), 15, "a cart of each process")
        processes = [shop.pid for shop in shops]
        os.kill(processes[1], signal.SIGKILL)
        wait_until(lambda: "serve-2 ended by itself, and the others go on" in run.said())
        for shop in (shops[0], shops[2]):
            wait_until(lambda shop=shop: all(opens_a_cart(shop) for _ in range(20)), 30,
                       "carts of all partitions")
        assert run.end() == 0, run.said()
        wait_until(lambda: not any(map(is_running, processes)), 5, "the end of every process")
    run.open("--fresh", "--yes")
    assert not (run.data / "process-2").exists()


def opens_a_cart(shop):
    return shop.api().post("/api/v1/carts", {}).status == 201


@needs_kafka
def test_a_shop_on_kafka_that_began_as_one_process_goes_on_as_three_and_as_one_again(run):
    shopper = sell_one(run.open("--log", "kafka"))
    assert run.end() == 0, run.said()
    shop = run.open("--processes", "3")
    assert "Taking the shop's keys into its Postgres" in run.said()
    check_sold(shop, shopper)
    assert run.end() == 0, run.said()
    check_sold(run.open(), shopper)


def test_an_embedded_shop_is_told_how_to_become_several_processes(run):
    (run.data / "log").mkdir(parents=True)
    (said,) = run.refuses("--processes", "2")
    assert "docs/how-to/move-to-kafka.md says how" in said
