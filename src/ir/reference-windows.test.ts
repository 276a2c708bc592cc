import { describe, expect, test } from "vitest";
import { difference, uniform, whole } from "../../test/support/numbers.ts";
import { type Stream, stream } from "../random.ts";
import { type Builder, build, newGraph } from "./graph.ts";
import type { Pads, Pair, Value } from "./ops.ts";
import { evaluate } from "./reference.ts";
import { elementCount, type Shape } from "./tensor-type.ts";

type Tensor = (n: number, c: number, y: number, x: number) => number;

/** Everything random about one window: it fits its map and covers an element of it wherever it stands. */
interface Setting {
  readonly n: number;
  readonly channels: number;
  readonly size: Pair;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly pads: Pads;
}

const settings = Array.from({ length: 60 }, (_, i) => draw(stream(1, `window ${i}`)));
const seen = { padded: settings.some(({ pads }) => pads.some((rows) => rows > 0)), uneven: settings.some(uneven) };

test("the settings have padding, also uneven, and strides beyond the kernel", () => {
  expect(seen).toEqual({ padded: true, uneven: true });
  expect(settings.some(({ strides, kernel }) => strides[0] > kernel[0])).toBe(true);
});

describe("over random maps, kernels, strides and paddings", () => {
  test("conv is Σ over channels and taps of x at (y · stride - pad + tap), zero outside", () => {
    for (const setting of settings) {
      const { n, channels, kernel, strides, pads } = setting;
      const [x, k, b] = [tensor("x", xShape(setting)), tensor("k", [3, channels, ...kernel]), tensor("b", [3])];
      const y = compute((g) => g.conv(x.value(g), k.value(g), b.value(g), { strides, pads }), x, k, b);
      expectEach(y, [n, 3], (image, out, row, column) => {
        let total = b.values[out]!;
        for (let c = 0; c < channels; c++)
          for (const [i, j] of taps(kernel))
            total += k.at(out, c, i, j) * x.at(image, c, ...under(setting, row, column, i, j));
        return total;
      });
    }
  });

  test("convInputGradient is conv transposed: <dy, conv(x)> = <convInputGradient(dy), x>", () => {
    for (const setting of settings) {
      const { channels, kernel, strides, pads, size } = setting;
      const [x, k] = [tensor("x", xShape(setting)), tensor("k", [3, channels, ...kernel])];
      const y = compute((g) => g.conv(x.value(g), k.value(g), zero(g, 3), { strides, pads }), x, k);
      const dy = tensor("dy", y.shape);
      const dx = compute(
        (g) => g.convInputGradient(dy.value(g), k.value(g), { strides, pads, inputSize: size }),
        dy,
        k,
      );
      expect(Math.abs(dot(dy.values, y.values) - dot(dx.values, x.values))).toBeLessThan(1e-12 * dx.values.length);
    }
  });

  test("convKernelGradient is conv transposed: <dy, conv(k)> = <convKernelGradient(dy), k>", () => {
    for (const setting of settings) {
      const { channels, kernel, strides, pads } = setting;
      const [x, k] = [tensor("x", xShape(setting)), tensor("k", [3, channels, ...kernel])];
      const y = compute((g) => g.conv(x.value(g), k.value(g), zero(g, 3), { strides, pads }), x, k);
      const dy = tensor("dy", y.shape);
      const dk = compute(
        (g) => g.convKernelGradient(x.value(g), dy.value(g), { strides, pads, kernelSize: kernel }),
        x,
        dy,
      );
      expect(Math.abs(dot(dy.values, y.values) - dot(dk.values, k.values))).toBeLessThan(1e-12 * dy.values.length);
    }
  });

  test("maxPool is the largest element under each window", () => {
    for (const setting of settings) {
      const { n, channels, kernel, strides } = setting;
      const x = tensor("x", xShape(setting));
      const y = compute((g) => g.maxPool(x.value(g), { kernel, strides }), x);
      expectEach(y, [n, channels], (image, c, row, column) =>
        Math.max(...taps(kernel).map(([i, j]) => x.at(image, c, row * strides[0] + i, column * strides[1] + j))),
      );
    }
  });

  test("averagePool is the mean of the elements under each window that are in the picture", () => {
    for (const setting of settings) {
      const { n, channels, kernel, strides, pads, size } = setting;
      const x = tensor("x", xShape(setting));
      const y = compute((g) => g.averagePool(x.value(g), { kernel, strides, pads }), x);
      expectEach(y, [n, channels], (image, c, row, column) => {
        const places = taps(kernel).map(([i, j]) => under(setting, row, column, i, j));
        const inside = places.filter(([py, px]) => py >= 0 && py < size[0] && px >= 0 && px < size[1]);
        return inside.reduce((total, place) => total + x.at(image, c, ...place), 0) / inside.length;
      });
    }
  });

  test("averagePoolGradient is averagePool transposed", () => {
    for (const setting of settings) {
      const { kernel, strides, pads, size } = setting;
      const x = tensor("x", xShape(setting));
      const y = compute((g) => g.averagePool(x.value(g), { kernel, strides, pads }), x);
      const dy = tensor("dy", y.shape);
      const window = { kernel, strides, pads, inputSize: size };
      const dx = compute((g) => g.averagePoolGradient(dy.value(g), window), dy);
      expect(Math.abs(dot(dy.values, y.values) - dot(dx.values, x.values))).toBeLessThan(1e-12 * dx.values.length);
    }
  });

  test("maxPoolGradient gives each window's dy to the element that maxPool took", () => {
    for (const setting of settings) {
      const { kernel, strides } = setting;
      const x = tensor("x", xShape(setting)); // no two elements are equal
      const y = compute((g) => g.maxPool(x.value(g), { kernel, strides }), x);
      const dy = tensor("dy", y.shape);
      const dx = compute((g) => g.maxPoolGradient(x.value(g), dy.value(g), { kernel, strides }), x, dy);
      const expected = new Float64Array(x.values.length);
      y.values.forEach((value, i) => {
        const at = x.values.indexOf(value);
        expected[at] = expected[at]! + dy.values[i]!;
      });
      expect(difference(dx.values, expected)).toBeLessThan(1e-14);
    }
  });
});

function draw(random: Stream): Setting {
  const size: Pair = [whole(random, 3, 8), whole(random, 3, 8)];
  const kernel: Pair = [whole(random, 1, 3), whole(random, 1, 3)];
  const pads = [0, 1, 0, 1].map((axis) => whole(random, 0, kernel[axis]! - 1)) as unknown as Pads;
  const strides: Pair = [whole(random, 1, 3), whole(random, 1, 3)];
  return { n: whole(random, 1, 2), channels: whole(random, 1, 3), size, kernel, strides, pads };
}

function uneven({ pads: [top, left, bottom, right] }: Setting): boolean {
  return top !== bottom && left !== right;
}

function xShape({ n, channels, size }: Setting): Shape {
  return [n, channels, ...size];
}

function taps([kh, kw]: Pair): readonly Pair[] {
  return Array.from({ length: kh * kw }, (_, i) => [Math.floor(i / kw), i % kw] as const);
}

/** Where in the picture a tap of the window lies that stands at (row, column) of the output. */
function under({ strides, pads }: Setting, row: number, column: number, i: number, j: number): Pair {
  return [row * strides[0] - pads[0] + i, column * strides[1] - pads[1] + j];
}

interface Drawn {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float64Array;
  /** The element, and zero outside the map. */
  readonly at: Tensor;
  readonly value: (g: Builder) => Value;
}

function tensor(name: string, shape: Shape): Drawn {
  const values = uniform(stream(2, `${name} ${shape.join()}`), elementCount(shape));
  return { name, shape, values, at: reader(shape, values), value: (g) => g.parameter({ name, shape }) };
}

function reader([, channels = 1, height = 1, width = 1]: Shape, values: Float64Array): Tensor {
  return (n, c, y, x) =>
    y < 0 || y >= height || x < 0 || x >= width ? 0 : values[((n * channels + c) * height + y) * width + x]!;
}

function compute(make: (g: Builder) => Value, ...drawn: readonly Drawn[]) {
  const graph = newGraph();
  const y = make(build(graph));
  const given = Object.fromEntries(drawn.map(({ name, values }) => [name, values]));
  return { shape: y.type.shape, values: evaluate({ graph, outputs: { y } }, given).y! };
}

function expectEach(y: { shape: Shape; values: Float64Array }, [n, channels]: Pair, expected: Tensor): void {
  const [, , height = 0, width = 0] = y.shape;
  const all: number[] = [];
  for (let image = 0; image < n; image++)
    for (let c = 0; c < channels; c++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) all.push(expected(image, c, row, column));
  expect(difference(y.values, all)).toBeLessThan(1e-13);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

function zero(g: Builder, channels: number): Value {
  return g.constant({ values: [0], shape: [channels] });
}
