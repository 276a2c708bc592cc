import { setTimeout as after } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { type Group, putTensor, putTexts, writtenHdf5 } from "../../test/support/hdf5.ts";
import { openHdf5Reader, readHdf5 } from "./hdf5.ts";
import { boundWasmMemory, type WithWebAssembly } from "./wasm-memory.ts";

const wishes = { texts: ["name", "weight_names"], without: ["optimizer"] };
const reader = openHdf5Reader();
const opened = [reader];
afterAll(() => Promise.all(opened.map((each) => each.close())));

const read = (bytes: Uint8Array) => reader.read(bytes, "x.h5", wishes);
const put = (root: Group, path: string, ...values: readonly number[]) =>
  putTensor(root, path, [values.length], Float32Array.from(values));

/** The places of a 64-bit number, little-endian. */
function placesOf(file: Uint8Array, number: bigint): readonly number[] {
  const wanted = Buffer.alloc(8);
  wanted.writeBigUInt64LE(number);
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const places: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) places.push(at);
  return places;
}

function with64(file: Uint8Array, at: number, number: bigint): Uint8Array {
  const changed = file.slice();
  new DataView(changed.buffer).setBigUint64(at, number, true);
  return changed;
}

describe("an HDF5 file", () => {
  test("gives its tensors by path, and the texts asked for", async () => {
    const file = writtenHdf5((root) => {
      put(root, "a/b/c", 1, 2.5, -3);
      putTensor(root, "square", [2, 2], Float32Array.of(1, 2, 3, 4));
      putTexts(root, "a", "weight_names0", ["b/c", "é"]);
      root.create_attribute("name", "whole");
      root.create_attribute("other", "not asked for");
      putTexts(root, "a/b", "name", []);
    });
    const { tensors, texts } = await read(file);
    expect([...tensors]).toEqual([
      ["a/b/c", { shape: [3], values: Float32Array.of(1, 2.5, -3) }],
      ["square", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }],
    ]);
    expect(Object.fromEntries(texts.get("a")!)).toEqual({ weight_names0: ["b/c", "é"] });
    expect(Object.fromEntries(texts.get("")!)).toEqual({ name: ["whole"] });
  });

  test("may state texts of fixed length", async () => {
    const file = writtenHdf5((root) => root.create_group("a").create_attribute("name", ["one", "two"], null, "S5"));
    expect((await read(file)).texts.get("a")!.get("name")).toEqual(["one", "two"]);
  });

  test("in doubles is rounded to float32, and what deflate packed is unpacked", async () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin(i * i));
    const file = writtenHdf5((root) => {
      root.create_dataset({ name: "doubles", data: Float64Array.of(0.1, -2) });
      root.create_dataset({ name: "packed", data: values, shape: [5000], chunks: [512], compression: "gzip" });
    });
    const { tensors } = await read(file);
    expect(tensors.get("doubles")!.values).toEqual(Float32Array.of(0.1, -2));
    expect(tensors.get("packed")!.values).toEqual(values);
  });

  test("may hold whole numbers and empty tensors, which are not read, and groups that are passed over", async () => {
    const file = writtenHdf5((root) => {
      root.create_dataset({ name: "seed", data: Int32Array.of(1, 2) });
      root.create_dataset({ name: "empty", data: new Float32Array(0), shape: [0] });
      put(root, "optimizer/a", 1);
      put(root, "within/optimizer", 2);
    });
    const { tensors, others } = await read(file);
    expect([...tensors.keys()]).toEqual(["empty", "within/optimizer"]);
    expect([...others]).toEqual([["seed", { shape: [2], type: "integer of 4 bytes" }]]);
  });

  test("is not changed by reading, and neither are bytes around it", async () => {
    const file = writtenHdf5((root) => put(root, "a", 1));
    const around = new Uint8Array(file.length + 20).fill(7);
    around.set(file, 10);
    await read(around.subarray(10, 10 + file.length));
    expect(Buffer.compare(around.subarray(10, 10 + file.length), file)).toBe(0);
    expect([around[9], around[10 + file.length]]).toEqual([7, 7]);
  });

  test("is read alone, too, and many may wait in line", async () => {
    const files = [1, 2, 3].map((value) => writtenHdf5((root) => put(root, "a", value)));
    const all = await Promise.all(files.map(read));
    expect(all.map(({ tensors }) => tensors.get("a")!.values[0])).toEqual([1, 2, 3]);
    expect((await readHdf5(files[0]!, "x.h5", wishes)).tensors.size).toBe(1);
  });
});

describe("a file that says what is not so is damaged:", () => {
  const square = writtenHdf5((root) => putTensor(root, "a", [1234, 3], new Float32Array(3702)));
  const [dimension, ...others] = placesOf(square, 1234n);

  test("every way of cutting it off", async () => {
    for (let bytes = 0; bytes < square.length; bytes += 397)
      await expect(read(square.subarray(0, bytes))).rejects.toThrow(
        /^weights\/damaged: "x\.h5" is damaged: it is no whole/,
      );
  });

  test.each([2n ** 20n, 2n ** 31n, 2n ** 40n, 2n ** 63n])("a shape of %d rows", async (rows) => {
    const larger = others.reduce((file, at) => with64(file, at, rows), with64(square, dimension!, rows));
    await expect(read(larger)).rejects.toThrow(/^weights\/damaged: "x\.h5" is damaged: "\/?a" in it /);
  });

  test("a tensor that became a thousand times larger when unpacked", async () => {
    const file = writtenHdf5((root) => {
      const data = new Float32Array(2 ** 20);
      root.create_dataset({ name: "a", data, shape: [2 ** 20], chunks: [2 ** 18], compression: "gzip" });
    });
    expect(file.length).toBeLessThan(2 ** 22 / 100);
    await expect(read(file)).rejects.toThrow(/"a" in it states 4194304 bytes, more than 8 times/);
  });

  test("many tensors that together are larger than they can be", async () => {
    const data = Float32Array.from({ length: 1024 }, (_, i) => (i < 600 ? Math.sin(i) : 0));
    const file = writtenHdf5((root) => {
      root.create_dataset({ name: "a", data, shape: [1024], chunks: [1024], compression: "gzip" });
      for (let i = 0; i < 40; i++) root.create_hard_link("/a", `b${i}`);
    });
    await expect(read(file)).rejects.toThrow("it states larger tensors than it can hold");
  });

  test("a group that contains itself", async () => {
    const file = writtenHdf5((root) => {
      root.create_group("a");
      root.create_hard_link("/a", "a/b");
    });
    await expect(read(file)).rejects.toThrow("its groups lie more than 32 deep");
  });

  test("groups that contain each other many times", async () => {
    const file = writtenHdf5((root) => {
      root.create_group("a");
      for (let i = 0; i < 8; i++) root.create_hard_link("/a", `a/b${i}`);
    });
    await expect(read(file)).rejects.toThrow(/its groups lie more than 32 deep|more than 100000 groups/);
  });

  test.each<[string, (root: Group) => void]>([
    ["a link to a file", (root) => root.create_external_link("/etc/hosts", "/", "a")],
    ["a link to itself, as if it were another file", (root) => root.create_external_link("1", "/", "a")],
    ["a link within the file", (root) => root.create_soft_link("/b", "a")],
    ["a link that leads in a circle", (root) => root.create_soft_link("/a", "a")],
    ["a link to nothing", (root) => root.create_soft_link("/nothing", "a")],
  ])("%s", async (_, fill) => {
    const file = writtenHdf5((root) => {
      put(root, "b", 1);
      fill(root);
    });
    await expect(read(file)).rejects.toThrow('"a" in it is a link to another place, which is not followed');
  });

  test("a filter other than deflate", async () => {
    const file = writtenHdf5((root) => {
      const data = new Float32Array(64);
      root.create_dataset({ name: "a", data, shape: [64], chunks: [64], compression: 5, compression_opts: [] });
    });
    await expect(read(file)).rejects.toThrow(/"a" in it (?:is packed with filter 5|cannot be read)/);
  });
});

describe("what the library does over a file", () => {
  test("is not printed", async () => {
    const out = vi.spyOn(process.stdout, "write");
    const error = vi.spyOn(process.stderr, "write");
    try {
      await expect(read(new Uint8Array(4000).fill(9))).rejects.toThrow("it is no whole HDF5 file");
      await after(50); // what a thread writes arrives later
      expect([...out.mock.calls, ...error.mock.calls].flat().join()).not.toMatch(/HDF5|H5/);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test("may be to go in circles, and then its thread ends and the next file has another", async () => {
    const file = writtenHdf5((root) => putTexts(root, "a", "name", ["one", "two"]));
    const heap = Buffer.from(file).indexOf("GCOL");
    const endless = with64(file, heap + 24, 0n); // texts of no length, of which no number fills the heap
    const hurried = openHdf5Reader({ limitMs: 500 });
    opened.push(hurried);
    await expect(hurried.read(endless, "x.h5", wishes)).rejects.toThrow(/^weights\/damaged: /);
    expect((await hurried.read(file, "x.h5", wishes)).texts.get("a")!.get("name")).toEqual(["one", "two"]);
  });

  const file = writtenHdf5((root) => put(root, "a", 1));
  const program = (text: string) =>
    new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from "node:worker_threads";
        parentPort.on("message", () => { ${text} });
        parentPort.postMessage({ content: {} });`)}`,
    );
  const endlessWasm = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11";

  test.each([
    [
      "not to end",
      `new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(${endlessWasm}))).exports.f();`,
      /0\.3 s/,
    ],
    ["to end the thread", "process.exit(3);", /broke over it/],
    ["to throw", 'throw new Error("out of bounds");', /broke over it \(out of bounds\)/],
    ["to fill the memory", "const all = []; for (;;) all.push(new Array(1e5).fill({}));", /broke over it|0\.3 s/],
  ])("may be %s: the file is called damaged", async (_, text, reason) => {
    const stubborn = openHdf5Reader({ limitMs: 300, program: program(text) });
    opened.push(stubborn);
    const reading = stubborn.read(file, "x.h5", wishes);
    await expect(reading).rejects.toThrow(/^weights\/damaged: "x\.h5" is damaged: /);
    await expect(reading).rejects.toThrow(reason);
  });
});

describe("the memory of WebAssembly", () => {
  const { Memory } = (globalThis as unknown as WithWebAssembly).WebAssembly;
  const { prototype } = Memory as unknown as { prototype: { grow: unknown } };
  const { grow } = prototype;
  afterEach(() => {
    prototype.grow = grow;
  });

  test("grows up to its bound and no further", () => {
    boundWasmMemory(4 * 65_536);
    const memory = new Memory({ initial: 1, maximum: 100 });
    expect(memory.grow(3)).toBe(1);
    expect(() => memory.grow(1)).toThrow(RangeError);
    expect(memory.buffer.byteLength).toBe(4 * 65_536);
  });
});
