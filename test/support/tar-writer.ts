// A tar as GNU tar and Python write one, and whatever else a test wants a header to say.

export interface Member {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** One letter; "0" is a regular file. */
  readonly type?: string;
  /** Digits of the header's size where it lies about it. */
  readonly size?: string;
  /** Another first half of the name, as ustar has it. */
  readonly folder?: string;
  readonly magic?: string;
}

const blockBytes = 512;

/** Ends with two blocks of zeros. */
export function tarOf(members: readonly Member[]): Uint8Array {
  const parts = members.flatMap(({ bytes = new Uint8Array(0), ...member }) => [
    tarHeader({ ...member, bytes }),
    bytes,
    new Uint8Array((blockBytes - (bytes.length % blockBytes)) % blockBytes),
  ]);
  return new Uint8Array(Buffer.concat([...parts, new Uint8Array(2 * blockBytes)]));
}

export function tarHeader({ name, bytes, type = "0", size, folder = "", magic = "ustar\x0000" }: Member): Uint8Array {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write(size ?? `${(bytes?.length ?? 0).toString(8).padStart(11, "0")}\0`, 124, 12, "latin1");
  header.write(type, 156);
  header.write(magic, 257);
  header.write(folder, 345);
  return withSum(header);
}

/** Writes the sum that fits what the header now says. */
export function withSum(header: Uint8Array): Uint8Array {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(Buffer.from(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return header;
}

/** Lines of pax, each of which begins with its own length. */
export function paxLines(pairs: Readonly<Record<string, string>>): Uint8Array {
  const lines = Object.entries(pairs).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    const length = [1, 2, 3, 4, 5].map((digits) => rest + digits).find((all) => String(all).length === all - rest);
    return `${length} ${key}=${value}\n`;
  });
  return Buffer.from(lines.join(""));
}
