import torch

from geounet.training.fitting.soup import mean_weights


def test_a_soup_is_the_mean_of_its_weights():
    torch.manual_seed(2)
    states = [{"kernel": torch.randn(3, 2), "count": torch.tensor(n)} for n in (5, 6, 7)]
    mean = mean_weights(states)
    torch.testing.assert_close(
        mean["kernel"], (states[0]["kernel"] + states[1]["kernel"] + states[2]["kernel"]) / 3
    )
    assert mean["kernel"].dtype == torch.float32
    assert mean["count"] == 5


def test_a_soup_of_one_is_itself():
    state = {"kernel": torch.randn(4)}
    assert torch.equal(mean_weights([state])["kernel"], state["kernel"])
