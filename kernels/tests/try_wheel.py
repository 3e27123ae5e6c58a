"""Run a small stage with an installed wheel; cibuildwheel does so on each platform."""

from __future__ import annotations

import numpy as np
from kokoro_kernels import Precision, Stage, StageShape, abilities, pack, weight_count

SHAPE = StageShape(64, 32, 16, 8, 4, 2, True, 7, (3, 7, 11), (1, 3, 5))


def main() -> None:
    print(abilities())
    if not abilities():
        return  # An old processor: that the library loads is all there is to try.
    random = np.random.default_rng(1)

    def floats(*shape: int) -> np.ndarray:
        return random.uniform(-1, 1, shape).astype(np.float32)

    packed = pack(SHAPE, Precision.FLOAT32, floats(weight_count(SHAPE)))
    stage = Stage(SHAPE, Precision.FLOAT32, packed)
    x, style = floats(9, SHAPE.input_channels), floats(SHAPE.style_columns)
    source = floats(stage.rows(len(x)), SHAPE.channels)
    alone, shared = (stage.run(x, source, style, threads=threads) for threads in (1, 2))
    assert np.isfinite(alone).all() and alone.std() > 0
    assert alone.tobytes() == shared.tobytes()


if __name__ == "__main__":
    main()
