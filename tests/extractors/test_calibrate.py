"""How thresholds are chosen among those that do about as well."""

from extractors.training.calibrate import PRECISION, strictest


def test_of_thresholds_that_do_about_as_well_the_strictest_is_taken() -> None:
    worths = {0.3: (True, 1.4), 0.5: (True, 1.4 - PRECISION / 2), 0.7: (True, 1.4 - 2 * PRECISION)}
    assert strictest(worths) == 0.5


def test_one_that_keeps_quiet_goes_before_one_that_finds_more() -> None:
    assert strictest({0.3: (False, 1.5), 0.5: (True, 1.3), 0.7: (False, 1.5)}) == 0.5
