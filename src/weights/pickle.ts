// Reads Python's pickles without Python: a stack machine for the opcodes that files of weights consist of. It builds lists,
// dictionaries, texts and numbers, and runs nothing; what names, calls and references mean is told by its rules. Files
// come from strangers: a step makes no more than the bytes and values that it takes, and steps are counted.
//
// Opcodes: python/cpython, Lib/pickletools.py. Those of protocol 2 that torch writes, and the few that protocol 4 needs.

import { isDictionary, isSequence, type Pickled, type PickledSequence } from "./pickle-values.ts";

export interface PickleRules {
  /** What `module.name` stands for. */
  readonly global: (name: string) => Pickled;
  readonly call: (callee: Pickled, args: readonly Pickled[]) => Pickled;
  /** What lies outside of the pickle. */
  readonly persistent: (id: Pickled) => Pickled;
  readonly damaged: (reason: string) => never;
}

interface Machine extends PickleRules {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** By index; a map, as indices are whatever the file says. */
  readonly memo: Map<number, Pickled>;
  /** The stacks below the marks that are still open, outermost first. */
  readonly below: Pickled[][];
  stack: Pickled[];
  at: number;
  /** Taken so far. */
  steps: number;
}

/** A step takes a byte and may make a dictionary. The network with its optimizer takes some 100,000. */
const mostSteps = 500_000;
const longestName = 1000;
const stop = 0x2e;

/**
 * Reads the pickle that begins at byte `at`.
 *
 * @returns its value, and where the first byte after it lies
 */
export function readPickle(bytes: Uint8Array, at: number, rules: PickleRules): { value: Pickled; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine: Machine = { ...rules, bytes, view, memo: new Map(), below: [], stack: [], at, steps: 0 };
  while (machine.steps++ < mostSteps) {
    const code = bytes[take(machine, 1)]!;
    if (code === stop) return { value: result(machine), end: machine.at };
    const run = opcodes[code];
    if (run === undefined)
      return rules.damaged(`its pickle has opcode ${code} at byte ${machine.at - 1}, which no file of tensors needs`);
    const value = run(machine);
    if (value !== undefined) machine.stack.push(value);
  }
  return rules.damaged(`its pickle takes more than ${mostSteps} steps`);
}

function result(machine: Machine): Pickled {
  const [value, ...more] = machine.stack;
  if (value === undefined || more.length > 0 || machine.below.length > 0)
    return machine.damaged("its pickle does not end with one value");
  return value;
}

/** Each gives what it pushes, if anything. */
const opcodes: Readonly<Record<number, (machine: Machine) => Pickled | undefined>> = {
  // frame
  128: (m) => protocol(m, byte(m)), // PROTO
  149: (m) => frame(m, m.view.getBigUint64(take(m, 8), true)), // FRAME
  40: mark, // MARK "("

  // names and texts
  99: (m) => m.global(`${line(m)}.${line(m)}`), // GLOBAL "c"
  147: (m) => named(m, pop(m), pop(m)), // STACK_GLOBAL
  88: (m) => text(m, m.view.getUint32(take(m, 4), true)), // BINUNICODE "X"
  140: (m) => text(m, byte(m)), // SHORT_BINUNICODE
  85: (m) => text(m, byte(m)), // SHORT_BINSTRING "U", of Python 2

  // memo
  113: (m) => void m.memo.set(byte(m), top(m)), // BINPUT "q"
  114: (m) => void m.memo.set(m.view.getUint32(take(m, 4), true), top(m)), // LONG_BINPUT "r"
  148: (m) => void m.memo.set(m.memo.size, top(m)), // MEMOIZE
  104: (m) => remembered(m, byte(m)), // BINGET "h"
  106: (m) => remembered(m, m.view.getUint32(take(m, 4), true)), // LONG_BINGET "j"

  // containers
  125: () => new Map(), // EMPTY_DICT "}"
  93: () => [], // EMPTY_LIST "]"
  41: () => tuple([]), // EMPTY_TUPLE ")"
  143: () => tuple([]), // EMPTY_SET; no opcode read here adds to one
  116: (m) => tuple(popMarked(m)), // TUPLE "t"
  133: (m) => tuple(popLast(m, 1)), // TUPLE1
  134: (m) => tuple(popLast(m, 2)), // TUPLE2
  135: (m) => tuple(popLast(m, 3)), // TUPLE3
  115: (m) => setItems(m, popLast(m, 2)), // SETITEM "s"
  117: (m) => setItems(m, popMarked(m)), // SETITEMS "u"
  97: (m) => append(m, popLast(m, 1)), // APPEND "a"
  101: (m) => append(m, popMarked(m)), // APPENDS "e"

  // objects
  82: (m) => call(m, pop(m)), // REDUCE "R"
  129: (m) => call(m, pop(m)), // NEWOBJ: the same, for a class
  98: (m) => ignoreState(m, pop(m)), // BUILD "b"
  81: (m) => m.persistent(pop(m)), // BINPERSID "Q"

  // scalars
  74: (m) => m.view.getInt32(take(m, 4), true), // BININT "J"
  75: (m) => byte(m), // BININT1 "K"
  77: (m) => m.view.getUint16(take(m, 2), true), // BININT2 "M"
  138: (m) => long(m, byte(m)), // LONG1
  71: (m) => m.view.getFloat64(take(m, 8)), // BINFLOAT "G", big-endian
  78: () => null, // NONE "N"
  136: () => true, // NEWTRUE
  137: () => false, // NEWFALSE
};

/** Goes over `count` bytes and says where they begin. */
function take(machine: Machine, count: number): number {
  const { at, bytes } = machine;
  if (count > bytes.length - at) return machine.damaged(`it ends within its pickle, at byte ${bytes.length}`);
  machine.at += count;
  return at;
}

function byte(machine: Machine): number {
  return machine.bytes[take(machine, 1)]!;
}

function text(machine: Machine, length: number): string {
  const start = take(machine, length);
  try {
    return utf8.decode(machine.bytes.subarray(start, start + length));
  } catch {
    return machine.damaged(`its pickle holds text at byte ${start} that is not UTF-8`);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to the end of the line, which is gone over. */
function line(machine: Machine): string {
  const length = machine.bytes.subarray(machine.at, machine.at + longestName).indexOf(0x0a);
  if (length < 0) return machine.damaged(`its pickle has a name without end at byte ${machine.at}`);
  const name = text(machine, length);
  take(machine, 1);
  return name;
}

/** Two's complement of up to 255 bytes, little-endian. */
function long(machine: Machine, length: number): number | bigint {
  const start = take(machine, length);
  const hex = Buffer.from(machine.bytes.subarray(start, start + length))
    .reverse()
    .toString("hex");
  const value = BigInt.asIntN(8 * length, BigInt(`0x${hex || "0"}`));
  return BigInt.asIntN(53, value) === value ? Number(value) : value;
}

function protocol(machine: Machine, version: number): undefined {
  if (version < 2 || version > 4) machine.damaged(`its pickle is of protocol ${version}, where 2 to 4 are read`);
}

/** Frames only say how much to read at once. */
function frame(machine: Machine, length: bigint): undefined {
  if (length > machine.bytes.length - machine.at) machine.damaged("it ends within a frame of its pickle");
}

function mark(machine: Machine): undefined {
  machine.below.push(machine.stack);
  machine.stack = [];
}

function top(machine: Machine): Pickled {
  const value = machine.stack.at(-1);
  return value === undefined ? missing(machine) : value;
}

function pop(machine: Machine): Pickled {
  const value = machine.stack.pop();
  return value === undefined ? missing(machine) : value;
}

function popLast(machine: Machine, count: number): Pickled[] {
  return machine.stack.length < count ? missing(machine) : machine.stack.splice(-count);
}

/** Everything above the last mark. */
function popMarked(machine: Machine): Pickled[] {
  const marked = machine.stack;
  machine.stack = machine.below.pop() ?? missing(machine);
  return marked;
}

function remembered(machine: Machine, index: number): Pickled {
  const value = machine.memo.get(index);
  return value === undefined ? missing(machine) : value;
}

function missing(machine: Machine): never {
  return machine.damaged(`its pickle takes a value that it has not made, at byte ${machine.at - 1}`);
}

function tuple(items: Pickled[]): PickledSequence {
  return Object.freeze(items);
}

function named(machine: Machine, name: Pickled, module: Pickled): Pickled {
  const areTexts = typeof name === "string" && typeof module === "string";
  return areTexts ? machine.global(`${module}.${name}`) : machine.damaged("its pickle names what is no text");
}

/** Goes through what it is given, which may be one long list again and again; so that counts as steps. */
function call(machine: Machine, args: Pickled): Pickled {
  const callee = pop(machine);
  if (!isSequence(args)) return machine.damaged("its pickle calls with what is no list");
  machine.steps += args.reduce<number>((sum, arg) => sum + (isSequence(arg) ? arg.length : 1), 0);
  return machine.call(callee, args);
}

function setItems(machine: Machine, items: readonly Pickled[]): undefined {
  const target = top(machine);
  if (!isDictionary(target)) return machine.damaged("its pickle adds a key to what is no dictionary");
  if (items.length % 2 !== 0) return machine.damaged("its pickle has a key without a value");
  for (let i = 0; i < items.length; i += 2) target.set(items[i]!, items[i + 1]!);
}

function append(machine: Machine, items: readonly Pickled[]): undefined {
  const target = top(machine);
  if (!isSequence(target) || Object.isFrozen(target)) return machine.damaged("its pickle appends to what is no list");
  for (const item of items) (target as Pickled[]).push(item);
}

/** A state dictionary carries `_metadata`, versions of modules, which are not needed. Nothing else has a state here. */
function ignoreState(machine: Machine, _state: Pickled): undefined {
  if (!isDictionary(top(machine))) return machine.damaged("its pickle sets the state of what is no dictionary");
}
