// The one resize of this project: bicubic (a = -0.5) with antialiasing, bit for bit that of Pillow 12 (Resample.c), in
// whole numbers. Two passes, rows then columns, with 8 bits between them. Computes only the part that is asked for.
//
// An output pixel at x covers the source around c = left + (x + 0.5) s with s = boxWidth / width, and with f = max(s, 1)
//
//   out(x) = sum_i w((i + 0.5 - c) / f) in(i) / sum_i w((i + 0.5 - c) / f),   |i + 0.5 - c| < 2 f
//   w(t)   = 1.5 |t|^3 - 2.5 t^2 + 1             for |t| < 1
//          = -0.5 |t|^3 + 2.5 t^2 - 4 |t| + 2    for |t| < 2
//
// with weights rounded to 22 binary places.

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]`: red, green, blue. */
  readonly pixels: Uint8Array;
}

/** A rectangle in source pixels; fractions are allowed. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A rectangle of whole pixels of the result. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ResizeOptions {
  /** The part of the source that becomes the picture; pixels just outside it still weigh in at its border. */
  readonly box?: Box;
  /** The part of the result that is wanted. */
  readonly window?: Window;
}

/** For each output position: the first source position that weighs in, how many do, and their weights. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `[outputs, most]`, in units of 2^-22; 0 behind the last that counts, and at least one such 0. */
  readonly weight: Int32Array;
  readonly most: number;
}

const fractionBits = 22;
const half = 1 << (fractionBits - 1);
const support = 2;

/**
 * The picture resized to `width` x `height`, or the window of that.
 *
 * @returns `[window.height, window.width, 3]`
 */
export function resize(image: Pixels, width: number, height: number, { box, window }: ResizeOptions = {}): Uint8Array {
  const source = box ?? { left: 0, top: 0, right: image.width, bottom: image.height };
  const wanted = window ?? { left: 0, top: 0, width, height };
  const end = { right: wanted.left + wanted.width, bottom: wanted.top + wanted.height };
  if (!isInside(source, image.width, image.height)) throw new Error("internal: box outside the picture");
  if (!isInside({ ...wanted, ...end }, width, height)) throw new Error("internal: window outside the resized picture");
  const columns = weigh(image.width, source.left, source.right, width, wanted.left, wanted.width);
  const rows = weigh(image.height, source.top, source.bottom, height, wanted.top, wanted.height);
  const firstRow = rows.first[0]!;
  const lastRow = rows.first.at(-1)! + rows.count.at(-1)!;
  return squeezeColumns(squeezeRows(image, columns, firstRow, lastRow), wanted.width * 3, rows, firstRow);
}

function isInside({ left, top, right, bottom }: Box, width: number, height: number): boolean {
  return 0 <= left && left < right && right <= width && 0 <= top && top < bottom && bottom <= height;
}

/** Weights of the outputs `from` to `from + count` of an axis of `inputs` pixels, of which [start, end] becomes `outputs`. */
function weigh(inputs: number, start: number, end: number, outputs: number, from: number, count: number): Weights {
  // Pillow keeps the box in float32.
  const begin = Math.fround(start);
  const scale = Math.fround(Math.fround(end) - begin) / outputs;
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  const most = Math.ceil(reach) * 2 + 2; // a centre on the edge of a pixel has one more within reach; then the 0
  const weights = {
    first: new Int32Array(count),
    count: new Int32Array(count),
    weight: new Int32Array(count * most),
    most,
  };
  const exact = new Float64Array(most);
  const inverse = 1 / stretch;
  for (let i = 0; i < count; i++) {
    const centre = begin + (from + i + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const length = Math.min(Math.trunc(centre + reach + 0.5), inputs) - first;
    let sum = 0;
    for (let k = 0; k < length; k++) sum += exact[k] = bicubic((k + first - centre + 0.5) * inverse);
    for (let k = 0; k < length; k++) {
      const share = (sum === 0 ? exact[k]! : exact[k]! / sum) * (1 << fractionBits);
      weights.weight[i * most + k] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    }
    weights.first[i] = first;
    weights.count[i] = length;
  }
  return weights;
}

/** w(t), multiplied out as Pillow does, so that it rounds alike. */
function bicubic(t: number): number {
  const a = -0.5;
  const x = Math.abs(t);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/** Narrows the rows `firstRow` to `lastRow` of the picture. Returns `[lastRow - firstRow, columns, 3]`. */
function squeezeRows(image: Pixels, columns: Weights, firstRow: number, lastRow: number): Uint8Array {
  const { first, count, weight, most } = columns;
  const { pixels } = image;
  const outputs = first.length;
  const result = new Uint8ClampedArray((lastRow - firstRow) * outputs * 3);
  let to = 0;
  for (let y = firstRow; y < lastRow; y++) {
    const row = y * image.width * 3;
    for (let x = 0; x < outputs; x++) {
      let red = half;
      let green = half;
      let blue = half;
      let from = row + first[x]! * 3;
      const end = x * most + count[x]!;
      for (let k = x * most; k < end; k++) {
        const w = weight[k]!;
        red = (red + Math.imul(w, pixels[from]!)) | 0;
        green = (green + Math.imul(w, pixels[from + 1]!)) | 0;
        blue = (blue + Math.imul(w, pixels[from + 2]!)) | 0;
        from += 3;
      }
      result[to] = red >> fractionBits;
      result[to + 1] = green >> fractionBits;
      result[to + 2] = blue >> fractionBits;
      to += 3;
    }
  }
  return new Uint8Array(result.buffer);
}

/**
 * Flattens the columns of `[rows, stride]`, whose first row is `firstRow` of the source. Two weights at a time, because
 * memory is what takes the time here.
 */
function squeezeColumns(source: Uint8Array, stride: number, rows: Weights, firstRow: number): Uint8Array {
  const { first, count, weight, most } = rows;
  const result = new Uint8ClampedArray(first.length * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < first.length; y++) {
    sums.fill(half);
    for (let k = 0; k < count[y]!; k += 2) {
      const even = weight[y * most + k]!;
      const odd = weight[y * most + k + 1]!;
      const from = (first[y]! + k - firstRow) * stride;
      const below = odd === 0 ? from : from + stride;
      for (let x = 0; x < stride; x++) {
        sums[x] = sums[x]! + Math.imul(even, source[from + x]!) + Math.imul(odd, source[below + x]!);
      }
    }
    const to = y * stride;
    for (let x = 0; x < stride; x++) result[to + x] = sums[x]! >> fractionBits;
  }
  return new Uint8Array(result.buffer);
}
