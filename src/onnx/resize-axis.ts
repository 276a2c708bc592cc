// One axis of a picture resized by ONNX nodes, bit for bit as data/resize does it and Pillow before it. ONNX' own Resize
// comes within two levels, not nearer: it places pixels in float32 and rounds weights otherwise. Here places and weights
// are float64, in the same order of operations, and the sums are whole numbers, so no engine can round them differently.
//
// Formulas of centres and weights are those of data/resize. The outputs are taken sixteen at a time: such a block needs a
// short stretch of the source, so its weights are a small dense matrix
//
//   block b, output i, source j:   W[b, i, j], a whole number of units of 2^-22
//   sum[b, i, m] = sum_j W[b, i, j] source[first(b) + j, m]
//
// W is split into three bytes around 128, W = (u0 - 128) + 256 (u1 - 128) + 65536 (u2 - 128), because products of unsigned
// bytes are exact, quick and small on every engine.

import type { NodeList } from "./node-list.ts";
import { dataTypes } from "./schema.ts";

/** What is asked of an axis; texts are names of values without axes. */
export interface AxisRequest {
  /** uint8 [inputs, rest] */
  readonly source: string;
  /** Length of the source axis, int64. */
  readonly inputs: string;
  /** Length to which all of it is resized, int64. */
  readonly outputs: string;
  /** First of those outputs that is wanted, int64. */
  readonly from: string;
  /** How many are wanted. */
  readonly count: number;
}

const blockLength = 16;
const fractionUnits = 2 ** 22;
const digits = [1, 256, 65536];
const digitZero = 128;

/** Appends the nodes. Returns the name of uint8 [count, rest]. */
export function appendResizedAxis(g: NodeList, request: AxisRequest): string {
  const blocks = Math.ceil(request.count / blockLength);
  const places = appendPlaces(g, request, blocks);
  const weights = appendWeights(g, places);
  const bytes = appendDigits(g, weights, blocks);
  const last = g.node("Sub", [request.inputs, g.scalar("int64", 1)]);
  const stretch = g.node("Min", [g.node("Squeeze", [places.positions, g.tensor("int64", [1])]), last]); // [blocks, length]
  const source = g.node("Gather", [request.source, stretch], { axis: 0 }); // [blocks, length, rest]
  const products = g.node("MatMulInteger", [bytes, source, g.scalar("uint8", digitZero)]); // [blocks, 3 · 16, rest]
  const shape = g.tensor("int64", [blocks, digits.length, blockLength, -1]);
  const scaled = g.node("Mul", [g.node("Reshape", [products, shape]), g.tensor("int32", digits, [1, 3, 1, 1])]);
  const sums = g.node("ReduceSum", [scaled, g.tensor("int64", [1])], { keepdims: 0 }); // [blocks, 16, rest]
  const rounded = g.node("Div", [
    g.node("Add", [sums, g.scalar("int32", fractionUnits / 2)]),
    g.scalar("int32", fractionUnits),
  ]);
  const levels = g.node("Clip", [rounded, g.scalar("int32", 0), g.scalar("int32", 255)]);
  const all = g.node("Reshape", [
    g.node("Cast", [levels], { to: dataTypes.uint8 }),
    g.tensor("int64", [blocks * blockLength, -1]),
  ]);
  return g.node("Slice", [all, g.tensor("int64", [0]), g.tensor("int64", [request.count])]);
}

/** Where the outputs lie in the source. */
interface Places {
  /** Source positions that a block needs, int64 [blocks, 1, length]. */
  readonly positions: string;
  /** float64 [blocks, 16, 1]: the centre of each output, and the source positions from `first` up to, not including, `end`. */
  readonly centre: string;
  readonly first: string;
  readonly end: string;
  /** 1 / max(scale, 1), float64. */
  readonly inverse: string;
}

function appendPlaces(g: NodeList, { inputs, outputs, from, count }: AxisRequest, blocks: number): Places {
  const f64 = (name: string) => g.node("Cast", [name], { to: dataTypes.float64 });
  const half = g.scalar("float64", 0.5);
  const scale = g.node("Div", [f64(inputs), f64(outputs)]);
  const stretch = g.node("Max", [scale, g.scalar("float64", 1)]);
  const reach = g.node("Mul", [stretch, g.scalar("float64", 2)]);
  // a block that is not full repeats the last output
  const steps = Array.from({ length: blocks * blockLength }, (_, i) => Math.min(i, count - 1));
  const wanted = g.node("Add", [g.tensor("int64", steps, [blocks, blockLength, 1]), from]);
  const centre = g.node("Mul", [g.node("Add", [f64(wanted), half]), scale]);
  const low = g.node("Add", [g.node("Sub", [centre, reach]), half]);
  const high = g.node("Add", [g.node("Add", [centre, reach]), half]);
  const first = g.node("Floor", [g.node("Max", [low, g.scalar("float64", 0)])]);
  const end = g.node("Min", [g.node("Floor", [high]), f64(inputs)]);

  const one = (name: string, at: number) =>
    g.node("Cast", [g.node("Gather", [name, g.tensor("int64", [at])], { axis: 1 })], { to: dataTypes.int64 }); // [blocks, 1, 1]
  const start = one(first, 0);
  const lengths = g.node("Sub", [one(end, blockLength - 1), start]);
  const longest = g.node("ReduceMax", [lengths], { keepdims: 0 });
  const offsets = g.node("Range", [g.scalar("int64", 0), longest, g.scalar("int64", 1)]);
  const inverse = g.node("Div", [g.scalar("float64", 1), stretch]);
  return { positions: g.node("Add", [start, offsets]), centre, first, end, inverse };
}

/** Whole numbers of 2^-22, int32 [blocks, 16, length]; 0 outside of an output's own stretch. */
function appendWeights(g: NodeList, { positions, centre, first, end, inverse }: Places): string {
  const number = (value: number) => g.scalar("float64", value);
  const at = g.node("Cast", [positions], { to: dataTypes.float64 });
  const distance = g.node("Add", [g.node("Sub", [at, centre]), number(0.5)]);
  const x = g.node("Abs", [g.node("Mul", [distance, inverse])]);
  const chain = (...steps: readonly (readonly [op: string, by: string])[]) =>
    steps.reduce((value, [op, by]) => g.node(op, [value, by]), x);
  const near = chain(["Mul", number(1.5)], ["Sub", number(2.5)], ["Mul", x], ["Mul", x], ["Add", number(1)]);
  const far = chain(
    ["Sub", number(5)],
    ["Mul", x],
    ["Add", number(8)],
    ["Mul", x],
    ["Sub", number(4)],
    ["Mul", number(-0.5)],
  );
  const beyond = g.node("Where", [g.node("Less", [x, number(2)]), far, number(0)]);
  const bicubic = g.node("Where", [g.node("Less", [x, number(1)]), near, beyond]);
  const inside = g.node("And", [g.node("GreaterOrEqual", [at, first]), g.node("Less", [at, end])]);
  const exact = g.node("Where", [inside, bicubic, number(0)]);
  // one after the other from the left, as Pillow adds them
  const running = g.node("CumSum", [exact, g.scalar("int64", 2)]);
  const sum = g.node("Gather", [running, g.tensor("int64", [-1])], { axis: 2 });
  const share = g.node("Mul", [g.node("Div", [exact, sum]), number(fractionUnits)]);
  const away = g.node("Mul", [g.node("Sign", [share]), number(0.5)]);
  return g.node("Cast", [g.node("Add", [share, away])], { to: dataTypes.int32 }); // the cast cuts off what is behind the point
}

/** uint8 [blocks, 3 · 16, length]: the lowest bytes of sixteen outputs, then the middle ones, then the highest. */
function appendDigits(g: NodeList, weights: string, blocks: number): string {
  const zero = digitZero * digits.reduce((total, unit) => total + unit, 0);
  const raised = g.node("Unsqueeze", [g.node("Add", [weights, g.scalar("int32", zero)]), g.tensor("int64", [1])]);
  const shifted = g.node("Div", [raised, g.tensor("int32", digits, [1, 3, 1, 1])]);
  const bytes = g.node("Cast", [g.node("Mod", [shifted, g.scalar("int32", 256)])], { to: dataTypes.uint8 });
  const shape = g.tensor("int64", [blocks, digits.length * blockLength, -1]);
  return g.node("Reshape", [bytes, shape]);
}
