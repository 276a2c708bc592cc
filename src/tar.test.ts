import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { whole } from "../test/support/numbers.ts";
import { type Member, paxLines, tarHeader, tarOf, withSum } from "../test/support/tar-writer.ts";
import { stream } from "./random.ts";
import { indexTar, indexTarBytes } from "./tar.ts";

const deep = `d/${"n".repeat(60)}/${"n".repeat(60)}/ä.txt`;
const long = `d/${"m".repeat(120)}.txt`;

/** The same folder by GNU tar 1.35: long and non-ASCII names, an empty file, a folder, a link of either kind. */
const gnu =
  "H4sIAAAAAAACA+3ZS26DMBSFYY+7Cq8AvzCedgFsIhKoVCVQERq1++lOurGijipIoz5kh5T/mxgpmZ3cE+emUiI6PQnef5yT+XniuTBOC+lFAk+HcTdIKTaqUt0fqDj5W2dMIP8UMpWp27Lv7sr77iHi/Bd5/mX+JvjZZyGEUAhZkv/a5z9+eeDq8/9x/zunC0//b6X/rXaL/i/o/3/f/2+v2fg80sFb6P9z8z+9uux/J6Rm/qNr6rbtb5iD7c7/oT7WXfT9z5n5Nzbk8+9/EwLzDwBx+7/eP44vl+z/E8/0f7r823g//D/lH6ZAv52/0dprIW38qwn5q2Y3VGJd82+0nd4uTYrLKfu/Ffz/ExbzPx3s/5LM//5C2P1tJf/f7P+s5v6XQj829cD+DwAAAAAAAAAAAAAAAAAAALgK72rJXkYAUAAA";
const pax =
  "H4sIAAAAAAACA+2bTY7aQBCFvZ5T+ASmq6p/8GL2Wc4VrGCJUTCMjCdi7pOb5GIxVn5IOxlwnG5jeN/GhgJZqHivqsvtbPFUHD6Uxaqs94tVEgTVYrXuji3+URHRz/PufVLiTJIekgi87puibi+f3CckadU8V+WjysyDqLToXpDLjTFLNi7TinNr2XXRj35Ucv09moA5slqEv8ZR1M6Yv+q/d07EWiWpian/erdr3vvcubj/42aT/xP/345glP97+WfDbOH/V+b/nPv+b7PcLI/RHPY/W/8fI/rLisdg/2fL7OD/M8j/RcXjnP8L2d/zL+wcwf/j+L9OX4pm/TjyjzDqyw9jq5BlVKFJ9H/Rpwb7v1g6rv/h/7eT/3f9n7WXf2FB/x/H/7Wa3v+/fsmaQ4MqcKf6b6N9/5ckVfD/4KzLzWYHxdyx/k+WcPvyc7kNM/8ddv+HxCrU/yub//Xv/7Q1d9lFlyi6s9V/INFfrn9i5/X/xKIc6j8AAETr/8rqpXmboP9rzd7r/7QS9H/R+z/O/f7vZKqCkctt6j+Q6Afov7//B/3fJP6/ed5+miD/vf0/RNQuCeD/17X+/3MBsCgA8/b/QKL39O+cG+D/Qsf5H4cfTcD/T/1/XdSrQPkfOP8lg/u/1+b/mP/epP8HEv2o/l/EtP0fxRhOw/9/+X8VhvP7f6i3/1Pw/Fck/7c/9v9UEzF07w+eQ/uv+g+f4H/Z/yMK858Y7Jp1WUM0AAAAAAAAAAAAAADcJN8ALwpu4wBQAAA=";

async function namesOf(members: readonly Member[]): Promise<readonly string[]> {
  return (await indexTarBytes(tarOf(members))).map(({ name }) => name);
}

function changed(archive: Uint8Array, at: number, bytes: readonly number[]): Uint8Array {
  const copy = archive.slice();
  copy.set(bytes, at);
  return copy;
}

describe("a tar", () => {
  test.each([
    ["--format=gnu", gnu],
    ["--format=pax", pax],
  ])("of GNU tar %s is read", async (_, packed) => {
    const archive = gunzipSync(Buffer.from(packed, "base64"));
    const files = (await indexTarBytes(archive)).map(
      ({ name, offset, sizeBytes }) => [name, archive.subarray(offset, offset + sizeBytes).toString()] as const,
    );
    expect(new Map(files)).toEqual(
      new Map([
        [deep, "hello\n"],
        ["d/empty", ""],
        [long, "other\n"],
        ["d/seven", "\0".repeat(700)],
      ]),
    );
  });

  test("gives names as they are written, wherever they lead", async () => {
    const names = ["../../up", "/root", "./here", "a//b", "é", "__proto__"];
    expect(await namesOf(names.map((name) => ({ name })))).toEqual(names);
  });

  test("has the first part of a long name apart, unless it is GNU's older kind", async () => {
    expect(await namesOf([{ name: "b", folder: "a/a" }])).toEqual(["a/a/b"]);
    expect(await namesOf([{ name: "b", folder: "1234567", magic: "ustar  \0" }])).toEqual(["b"]);
  });

  test("has only regular files in its index, and what others hold is passed over", async () => {
    const bytes = new Uint8Array(600);
    const members: readonly Member[] = [
      { name: "folder/", type: "5" },
      { name: "old-folder/", type: "\0" },
      { name: "a", bytes },
      { name: "link", type: "2", size: "00000000010\0" },
      { name: "device", type: "3" },
      { name: "something-new", type: "Z", bytes },
      { name: "old", type: "\0", bytes },
      { name: "contiguous", type: "7", bytes },
    ];
    expect(await namesOf(members)).toEqual(["a", "old", "contiguous"]);
  });

  test("says a name or a size beforehand, for the next file only", async () => {
    const archive = tarOf([
      { name: "x", type: "x", bytes: paxLines({ path: "ä=\nb", size: "5", mtime: "1.5" }) },
      { name: "short", bytes: new Uint8Array(5), size: "00000000000\0" },
      { name: "g", type: "g", bytes: paxLines({ comment: "c" }) },
      { name: "next" },
    ]);
    expect(await indexTarBytes(archive)).toEqual([
      { name: "ä=\nb", offset: 1536, sizeBytes: 5 },
      { name: "next", offset: 3584, sizeBytes: 0 },
    ]);
  });

  test("may have been summed with signed bytes, as some did", async () => {
    const header = tarHeader({ name: "é" });
    const sum = Buffer.from(header).reduce(
      (total, byte, i) => total + (i < 148 || i > 155 ? (byte << 24) >> 24 : 32),
      0,
    );
    header.set(Buffer.from(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    expect((await indexTarBytes(header)).map(({ name }) => name)).toEqual(["é"]);
  });

  test("of terabytes costs one header a file", async () => {
    const sizeBytes = 2 ** 40 + 17;
    const large = tarHeader({ name: "large" });
    large.set([0x80, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 17], 124);
    withSum(large);
    const second = 512 + 2 ** 40 + 512;
    const asked: number[] = [];
    const read = async (offset: number, length: number) => {
      asked.push(offset);
      return offset === 0 ? large : offset === second ? tarHeader({ name: "second" }) : new Uint8Array(length);
    };
    expect(await indexTar(read, second + 2048)).toEqual([
      { name: "large", offset: 512, sizeBytes },
      { name: "second", offset: second + 512, sizeBytes: 0 },
    ]);
    expect(asked).toEqual([0, second, second + 512]);
  });

  test("without blocks of zeros ends where it ends", async () => {
    const archive = tarOf([{ name: "a", bytes: new Uint8Array(512) }]);
    expect(await indexTarBytes(archive.subarray(0, 1024))).toHaveLength(1);
    expect(await indexTarBytes(new Uint8Array(0))).toEqual([]);
  });
});

const small = tarOf([
  { name: "a", bytes: new Uint8Array(700) },
  { name: "b", bytes: new Uint8Array(3) },
]);
const paxOf = (text: string) => [{ name: "x", type: "x", bytes: Buffer.from(text) }, { name: "a" }];

describe("a tar is refused", () => {
  test.each<[string, Uint8Array, string]>([
    ["cut off in a file", small.subarray(0, 1000), '"a" should have 700 bytes, but only 488 follow'],
    ["cut off in a header", small.subarray(0, 1600), "there is no header of a file at byte 1536"],
    ["another name under the same sum", changed(small, 0, [0x62]), "there is no header of a file at byte 0"],
    ["a page of text", Buffer.from("<!DOCTYPE html>".repeat(50)), "there is no header of a file at byte 0"],
    ["a size that is none", tarOf([{ name: "a", size: "0000000009x\0" }]), "the header at byte 0 has no size"],
    ["a size below zero", withHeader(Array<number>(12).fill(0xff)), "the header at byte 0 has no size"],
    [
      "a size beyond all numbers",
      withHeader([0x80, ...Array<number>(11).fill(0xff)]),
      "the header at byte 0 has no size",
    ],
    ["a size beyond the end", tarOf([{ name: "a", size: "77777777777\0" }]), '"a" should have 8589934591 bytes'],
    ["one name twice", tarOf([{ name: "a" }, { name: "b" }, { name: "a" }]), 'it holds "a" twice'],
    ["a sparse file", tarOf([{ name: "a", type: "S" }]), '"a" is stored as a sparse file'],
    ["pax's sparse file", tarOf(paxOf(String(Buffer.from(paxLines({ "GNU.sparse.major": "1" }))))), "as a sparse file"],
    ["pax without length", tarOf(paxOf("path=a\n")), 'a length in it is ""'],
    ["pax of length 0", tarOf(paxOf("0 path=a\n")), "a line about a file in it cannot be read"],
    ["pax that is too long", tarOf(paxOf("99 path=a\n")), "a line about a file in it cannot be read"],
    ["pax that is too short", tarOf(paxOf("8 path=a\n")), "a line about a file in it cannot be read"],
    ["pax with half a size", tarOf(paxOf("12 size=0.5\n")), 'a length in it is "0.5"'],
    ["pax with a size beyond the end", tarOf(paxOf("15 size=123456\n")), '"a" should have 123456 bytes'],
    ["a name of megabytes", tarOf([{ name: "a", type: "L", bytes: new Uint8Array(2 ** 20 + 1) }]), "are for one name"],
  ])("%s", async (_, archive, reason) => {
    await expect(indexTarBytes(archive)).rejects.toThrow(reason);
  });

  function withHeader(size: readonly number[]): Uint8Array {
    const archive = small.slice();
    archive.set(size, 124);
    withSum(archive.subarray(0, 512));
    return archive;
  }
});

test("whatever is changed in a tar, it is read within its own size or refused in words", async () => {
  const valid = tarOf([
    { name: "x", type: "x", bytes: paxLines({ path: "an/other", size: "3" }) },
    { name: "other", bytes: Uint8Array.of(1, 2, 3) },
    { name: "L", type: "L", bytes: Buffer.from(`${"l".repeat(120)}\0`) },
    { name: "l", bytes: new Uint8Array(600) },
    { name: "folder/", type: "5" },
    { name: "b", folder: "a", bytes: new Uint8Array(1) },
  ]);
  const headers = [0, 1024, 2048, 3072, 4608, 5120];
  const random = stream(1, "tar");
  const seen = { read: 0, refused: 0 };
  for (let round = 0; round < 10_000; round++) {
    const archive = valid.slice(0, random() < 0.1 ? whole(random, 0, valid.length) : valid.length);
    for (let changes = whole(random, 1, 3); changes > 0; changes--) {
      // mostly where something is said: in headers and in the descriptions behind some of them
      const at = random() < 0.2 ? whole(random, 0, 6000) : headers[whole(random, 0, 5)]! + whole(random, 0, 1) * 512;
      const place = at + (random() < 0.5 ? whole(random, 124, 160) : whole(random, 0, 400));
      if (place < archive.length) archive[place] = random() < 0.3 ? whole(random, 0x30, 0x37) : whole(random, 0, 255);
    }
    if (random() < 0.7)
      for (const at of headers) if (at + 512 <= archive.length) withSum(archive.subarray(at, at + 512));
    try {
      for (const { offset, sizeBytes } of await indexTarBytes(archive)) {
        expect(sizeBytes).toBeGreaterThanOrEqual(0);
        expect(offset + sizeBytes).toBeLessThanOrEqual(archive.length);
      }
      seen.read++;
    } catch (error) {
      expect((error as Error).message).toMatch(
        /^(?:".*" (?:should have|is stored)|there is no header|the header at|it holds|a line|a length|\d+ bytes of it)/s,
      );
      seen.refused++;
    }
  }
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(1000);
});
