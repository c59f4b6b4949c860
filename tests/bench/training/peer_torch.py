"""Training steps of networks given as Starling's specs, in PyTorch, on one thread.

First line on stdin: [{spec, batch}], answered by {"version"}. Then lines {index, leastMs},
each answered by {"msPerStep"}: processor time of whole steps (forward, loss, backward, Adam).
"""

import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)


class LastState(nn.Module):
    """A stack of recurrent layers, or the last step of one."""

    def __init__(self, rnn, keep_sequence):
        super().__init__()
        self.rnn = rnn
        self.keep_sequence = keep_sequence

    def forward(self, x):
        out, _ = self.rnn(x)
        return out if self.keep_sequence else out[:, -1]


ACTIVATIONS = {
    "relu": nn.ReLU,
    "leakyRelu": nn.LeakyReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


def build(spec):
    source = spec["input"]
    if source["kind"] == "signal":
        shape = [source["channels"], source["length"]]
    else:
        shape = [source["steps"], source["features"]]
    x = torch.zeros(2, *shape)
    modules = []
    layers = spec["layers"]
    at = 0
    while at < len(layers):
        layer = layers[at]
        kind = layer["kind"]
        if kind == "flatten":
            module = nn.Flatten()
        elif kind in ("dense", "perStepDense"):
            module = nn.Linear(x.shape[-1], layer["units"])
        elif kind == "conv1d":
            module = nn.Conv1d(x.shape[1], layer["filters"], layer["kernel"])
        elif kind == "maxPool1d":
            module = nn.MaxPool1d(layer["size"])
        elif kind == "activation":
            module = ACTIVATIONS[layer["activation"]]()
        elif kind == "batchNorm":
            module = nn.BatchNorm1d(x.shape[1])
        elif kind == "dropout":
            module = nn.Dropout(layer["rate"])
        elif kind in ("gru", "lstm"):
            # Equal layers on top of each other are one module, as one would write it.
            count = 1
            hidden = layer["hidden"]
            while (
                at + count < len(layers)
                and layers[at + count]["kind"] == kind
                and layers[at + count]["hidden"] == hidden
            ):
                count += 1
            at += count - 1
            rnn = (nn.GRU if kind == "gru" else nn.LSTM)(
                x.shape[-1],
                hidden,
                num_layers=count,
                batch_first=True,
                bidirectional=layer["bidirectional"],
            )
            module = LastState(rnn, layers[at]["returnSequence"])
        else:
            raise ValueError(f"no peer of a layer of kind {kind}")
        with torch.no_grad():
            x = module(x)
        modules.append(module)
        at += 1
    return nn.Sequential(*modules), shape


def stepper(spec, batch):
    model, shape = build(spec)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    x = torch.randn(8 * batch, *shape)
    y = torch.randint(spec["classes"], (8 * batch,))
    start = 0

    def step():
        nonlocal start
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x[start : start + batch]), y[start : start + batch])
        loss.backward()
        optimizer.step()
        start = (start + batch) % len(y)

    for _ in range(3):
        step()
    return step


def measure(step, least_ms):
    calls = 0
    start = time.process_time()
    while True:
        step()
        calls += 1
        used = (time.process_time() - start) * 1000
        if used >= least_ms:
            return used / calls


def main():
    steppers = [stepper(item["spec"], item["batch"]) for item in json.loads(sys.stdin.readline())]
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        ms = measure(steppers[question["index"]], question["leastMs"])
        print(json.dumps({"msPerStep": ms}), flush=True)


main()
