"""Three processes that start at the same moment on three brokers, where nothing is yet: each broker
hears of a new topic when it does."""

import itertools

import pytest

from brokers import Brokers, ShopLog, needs_kafka
from programs import wait_until
from test_cluster import several, share_all

pytestmark = needs_kafka

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def three_brokers(tmp_path_factory):
    made = Brokers(tmp_path_factory.mktemp("brokers")).start(3)
    yield made
    made.run("delete")


@pytest.mark.parametrize("_", range(4))  # of which one or two found a broker that lagged
def test_whoever_starts_waits_for_topics_that_another_one_makes(
        binary, tmp_path, postgres_server, three_brokers, _):
    log = ShopLog(three_brokers, f"start{next(numbers)}")
    with several(binary, tmp_path, postgres_server, log, 3) as processes:
        wait_until(lambda: share_all(processes), 60, "every partition to have an owner")
