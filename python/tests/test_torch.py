"""Tensors of PyTorch, and twopass.torch beside PyTorch's own functions.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import subprocess
import sys

import pytest
from test_docs import run_tour

import twopass

torch = pytest.importorskip("torch")
functional = torch.nn.functional

import twopass.torch as ours  # noqa: E402

TYPES = [torch.float32, torch.float16, torch.bfloat16]
TOLERANCES = {torch.float32: 2e-6, torch.float16: 2.0**-10, torch.bfloat16: 2.0**-7}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(6)


def assert_close(actual, expected, relative=2e-6, absolute=1e-7):
    assert actual.shape == expected.shape
    torch.testing.assert_close(actual.detach().float(), expected.detach().float(), rtol=relative, atol=absolute)


@pytest.mark.parametrize("dtype", TYPES)
def test_tensors(dtype):
    x = torch.randn(3, 4, 5).to(dtype)
    for view in (x, x.transpose(0, 2), x[:, ::2]):
        for axis in range(3):
            y = twopass.softmax(view, axis)
            assert isinstance(y, torch.Tensor) and y.dtype == dtype
            assert_close(y, view.float().softmax(axis), TOLERANCES[dtype], 2.0**-25)
            assert_close(twopass.logsumexp(view, axis), view.float().logsumexp(axis))
            out = torch.empty_like(view)
            address = out.data_ptr()
            assert twopass.softmax(view, axis, out=out) is out and out.data_ptr() == address
            assert torch.equal(out, y)


def test_types():
    x = torch.randn(3, 4)
    for dtype in TYPES:
        assert twopass.softmax(x, dtype=dtype).dtype == dtype
    assert twopass.softmax(x.double()).dtype == torch.float32
    assert torch.equal(twopass.softmax(torch.arange(5)), twopass.softmax(torch.arange(5).float()))


def test_other_arguments():
    x, keep = torch.randn(3, 4), torch.randn(3, 4) > 0
    keep[:, 0] = True
    y = twopass.softmax(x, keep=keep.byte(), bias=x.bfloat16(), lengths=torch.tensor([4, 3, 2]))
    lengths = torch.arange(4) < torch.tensor([[4], [3], [2]])
    assert_close(y, (x + x.bfloat16().float()).masked_fill(~(keep & lengths), -torch.inf).softmax(1))


def test_gradients_do_not_get_lost():
    with pytest.raises(TypeError, match="x requires gradients"):
        twopass.softmax(torch.randn(3, requires_grad=True))
    with pytest.raises(TypeError, match="out requires gradients"):
        twopass.softmax(torch.randn(3), out=torch.randn(3, requires_grad=True))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_as_torch(name, dim):
    for dtype in TYPES:
        x = torch.randn(4, 6, 5).to(dtype)
        mine, theirs = (x.clone().requires_grad_() for _ in range(2))
        y = getattr(ours, name)(mine, dim)
        expected = getattr(functional, name)(theirs.float(), dim)
        assert y.dtype == dtype
        assert_close(y, expected, TOLERANCES[dtype], 2 * TOLERANCES[dtype])
        seed = torch.randn(y.shape)
        y.backward(seed.to(dtype))
        expected.backward(seed.to(dtype).float())
        assert_close(mine.grad, theirs.grad, TOLERANCES[dtype], 8 * TOLERANCES[dtype])


def test_dtype_converts_first():
    for argument in (torch.arange(6).reshape(2, 3), torch.randn(2, 3, dtype=torch.float64, requires_grad=True)):
        y = ours.softmax(argument, 1, dtype=torch.float32)
        assert_close(y, torch.softmax(argument, 1, dtype=torch.float32))
        if y.requires_grad:
            y.square().sum().backward()
            assert argument.grad.dtype == torch.float64


# Numbers in float have 24 bits, so a difference quotient over 2 * eps has an error of about 2^-24 / eps, here 6e-6,
# beside that of its second order, about eps^2, here 1e-4.
CHECK = {"eps": 1e-2, "atol": 5e-4, "rtol": 1e-3}


@pytest.mark.filterwarnings("ignore:Input #0 requires gradient and is not a double")
@pytest.mark.parametrize("function", [
    lambda x: ours.softmax(x, 1),
    lambda x: ours.softmax(x, 0),
    lambda x: ours.log_softmax(x, 1),
    lambda x: ours.log_softmax(x, 0),
    lambda x: ours.cross_entropy(x, torch.tensor([0, 4, -100, 2])),
    lambda x: ours.cross_entropy(x, torch.tensor([0, 4, -100, 2]), reduction="none"),
    lambda x: ours.cross_entropy(x, torch.tensor([0, 4, -100, 2]), torch.tensor([1.0, 0.5, 2, 1, 3]), reduction="sum",
                                 label_smoothing=0.2),
])
def test_gradcheck(function):
    assert torch.autograd.gradcheck(function, (torch.randn(4, 5, requires_grad=True),), **CHECK)


@pytest.mark.filterwarnings("ignore:Input #0 requires gradient and is not a double")
def test_gradcheck_sees_a_wrong_gradient():
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = twopass.softmax(x.detach())
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, gradient):
            return ctx.saved_tensors[0] * gradient

    assert not torch.autograd.gradcheck(Wrong.apply, (torch.randn(4, 5, requires_grad=True),), raise_exception=False,
                                        **CHECK)


def test_gradients_against_float64():
    x = torch.randn(8, 30)
    mine, wide = x.clone().requires_grad_(), x.double().requires_grad_()
    seed = torch.randn(8, 30)
    for name in ("softmax", "log_softmax"):
        (actual,) = torch.autograd.grad((getattr(ours, name)(mine, 1) * seed).sum(), mine)
        (expected,) = torch.autograd.grad((getattr(torch, name)(wide, 1) * seed.double()).sum(), wide)
        torch.testing.assert_close(actual.double(), expected, rtol=2e-6, atol=2e-6)


def test_second_derivatives_are_refused():
    x = torch.randn(3, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(ours.softmax(x, 1).square().sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


@pytest.mark.parametrize("shape", [(5,), (4, 5), (4, 5, 3), (2, 5, 3, 2)])
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_cross_entropy_as_torch(shape, reduction):
    x = torch.randn(shape)
    classes = shape[0] if len(shape) == 1 else shape[1]
    target = torch.randint(0, classes, shape[:1] * (len(shape) > 1) + shape[2:])
    if target.dim() > 0:
        target.view(-1)[1] = -100
    for how in ({}, {"weight": torch.rand(classes)}, {"label_smoothing": 0.1}, {"ignore_index": int(target.max())}):
        target_of_theirs = target
        if "ignore_index" in how:  # PyTorch takes other negative targets for mistakes
            target_of_theirs = torch.where(target < 0, torch.full_like(target, how["ignore_index"]), target)
        mine, theirs = (x.clone().requires_grad_() for _ in range(2))
        loss = ours.cross_entropy(mine, target, reduction=reduction, **how)
        expected = functional.cross_entropy(theirs, target_of_theirs, reduction=reduction, **how)
        torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-6, equal_nan=True)
        if not expected.isnan().any():
            seed = torch.rand(loss.shape)
            loss.backward(seed)
            expected.backward(seed)
            assert_close(mine.grad, theirs.grad, 1e-5, 1e-6)


@pytest.mark.parametrize("call, error, words", [
    (lambda x, t: ours.softmax(x.double()), TypeError, "input must be of float32"),
    (lambda x, t: ours.softmax([1.0, 2.0]), TypeError, "input must be a tensor"),
    (lambda x, t: ours.softmax(x.to("meta")), TypeError, "input must be in main memory"),
    (lambda x, t: ours.softmax(x, 5), ValueError, "axis 5"),
    (lambda x, t: ours.cross_entropy(x, t + 5), ValueError, "labels: 5 is not below"),
    (lambda x, t: ours.cross_entropy(x, t.float()), TypeError, "labels must be integers"),
    (lambda x, t: ours.cross_entropy(x, t, reduction="max"), ValueError, "reduction must be"),
])
def test_errors(call, error, words):
    with pytest.raises(error, match=words):
        call(torch.randn(4, 5), torch.zeros(4, dtype=torch.int64))


def test_a_network_trains_to_the_same_loss():
    points = torch.randn(200, 2)
    target = (points.norm(dim=1) > 1).long() + (points[:, 0] > 0).long()

    def train(cross_entropy):
        torch.manual_seed(7)
        network = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3))
        optimiser = torch.optim.SGD(network.parameters(), lr=0.5)
        losses = []
        for _ in range(200):
            optimiser.zero_grad()
            loss = cross_entropy(network(points), target)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        return torch.tensor(losses)

    mine, theirs = train(ours.cross_entropy), train(functional.cross_entropy)
    assert theirs[-1] < 0.3 * theirs[0]
    torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


def test_the_package_does_not_import_torch():
    code = "import sys, twopass; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tour():
    run_tour("PyTorch")


def test_tokens_are_tensors():
    x = torch.randn(3, 40)
    it, step = twopass.statistics(x, tokens=torch.tensor([4, 5, 6]), top=2), twopass.sample(x, seed=torch.arange(3))
    assert it.argmax.dtype == it.ranks.dtype == step.kept.dtype == torch.int64
    assert torch.equal(it.argmax, x.argmax(-1)) and torch.equal(it.top_tokens, x.topk(2).indices)
    torch.testing.assert_close(it.logprobs, torch.log_softmax(x, -1)[range(3), [4, 5, 6]])
    half = twopass.sample(x.bfloat16(), seed=range(3), temperature=0)
    assert torch.equal(half.tokens, x.bfloat16().float().argmax(-1)) and half.logprobs.dtype == torch.float32
