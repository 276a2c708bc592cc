// A bound for the memory of WebAssembly, which no limit of a thread covers. Meant for a thread that runs nothing else: it
// holds for every module there.

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By so many pages of 64 KiB. */
  grow(pages: number): number;
}

/** The part of the global that is used; its types come with those of browsers, which this program does without. */
export interface WithWebAssembly {
  readonly WebAssembly: {
    readonly Memory: new (size: { readonly initial: number; readonly maximum?: number }) => WasmMemory;
  };
}

const pageBytes = 65_536;

/** From now on memory that would become larger than this does not grow; a program in C sees an allocation fail. */
export function boundWasmMemory(mostBytes: number): void {
  const { prototype } = (globalThis as unknown as WithWebAssembly).WebAssembly.Memory as { prototype: WasmMemory };
  const { grow } = prototype;
  prototype.grow = function (this: WasmMemory, pages: number) {
    if (this.buffer.byteLength + pages * pageBytes > mostBytes) throw new RangeError(`more than ${mostBytes} bytes`);
    return grow.call(this, pages);
  };
}
