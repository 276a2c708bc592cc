// Whether this machine can do the work, part by part, and what to do where it cannot. Native parts are tried in processes
// of their own; nothing is installed or changed.

import { fork } from "node:child_process";
import { access, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../data/cache-space.ts";
import { ReinceptionError } from "../errors.ts";
import { options } from "../options.ts";
import { openPretrained } from "../pretrained/open.ts";
import { publishedFile } from "../pretrained/published.ts";
import { openCached, weightsFolder } from "../pretrained/weights-cache.ts";
import { embeddedSmall } from "../weights/network-file.ts";
import { availableCores, memoryLimitBytes } from "./machine.ts";

export interface Check {
  /** What was looked at: "node", "platform", "engine", "pictures", "cores", "memory", "cache", "weights", "imagenet". */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in words. */
  readonly found: string;
  /** What to do; `null` where nothing is to be done. */
  readonly fix: string | null;
}

export interface Diagnosis {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** Looks at everything that a run needs; takes about a second. */
export async function doctor(): Promise<Diagnosis> {
  const checks = await Promise.all([
    checkNode(process.versions.node),
    checkPlatform(platform(), arch()),
    checkNative("engine", "onnxruntime", "Install the packages again for this machine: npm install onnxruntime-node"),
    checkNative(
      "pictures",
      "sharp",
      "Install the packages again for this machine: npm install --include=optional sharp",
    ),
    checkCores(availableCores()),
    checkMemory(memoryLimitBytes()),
    checkCache(cacheFolder()),
    checkWeights(embeddedSmall()),
    checkImagenet(),
  ]);
  return { ok: checks.every(({ ok }) => ok), checks };
}

const needed = { node: [20, 9] as const, memoryBytes: 2 ** 30, diskBytes: 2 ** 30 };

/** Those for which the engine's package has binaries. */
const platforms = ["linux x64", "linux arm64", "darwin arm64", "win32 x64", "win32 arm64"];

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const ok = major > needed.node[0] || (major === needed.node[0] && minor >= needed.node[1]);
  return check("node", ok, `Node.js ${version}`, `Install Node.js ${needed.node.join(".")} or later, from nodejs.org.`);
}

export function checkPlatform(system: string, processor: string): Check {
  const found = `${system} ${processor}`;
  const fix = `The engine runs on ${platforms.join(", ")}: use one of these.`;
  return check("platform", platforms.includes(found), found, fix);
}

function checkCores(cores: number): Check {
  return check("cores", true, cores === 1 ? "1 core, so 1 thread" : `${cores} cores, so ${cores} threads`, "");
}

export function checkMemory(bytes: number): Check {
  const fix = "Give the process 1 GB or more; where that cannot be, use a smaller --batch-size and --size.";
  return check("memory", bytes >= needed.memoryBytes, `${gigabytes(bytes)} for this process`, fix);
}

/** Writes and removes a small file. */
export async function checkCache(folder: string): Promise<Check> {
  const elsewhere = 'export REINCEPTION_CACHE="$HOME/reinception-cache"';
  const fix = `Free some space there, or keep the cache elsewhere: ${elsewhere}`;
  const probe = join(folder, `doctor-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "reinception doctor\n");
    await rm(probe);
    const { bavail, bsize } = await statfs(folder);
    return check("cache", bavail * bsize >= needed.diskBytes, `${gigabytes(bavail * bsize)} free in ${folder}`, fix);
  } catch (error) {
    return check(
      "cache",
      false,
      `${folder} cannot be written (${messageOf(error)})`,
      `Keep it elsewhere: ${elsewhere}`,
    );
  }
}

export async function checkWeights(path: string): Promise<Check> {
  const fix = "The package is not whole; install it again: npm install reinception";
  try {
    await access(path);
    const { width, head } = await openPretrained(path);
    return check("weights", true, `the package's network, width ${width}, ${head?.classes ?? 0} classes`, fix);
  } catch (error) {
    return check("weights", false, `the package's network cannot be read (${messageOf(error)})`, fix);
  }
}

/** The weights that a run fetches unless told otherwise. Not having them yet is no fault, and nothing is fetched here. */
export async function checkImagenet(folder = weightsFolder()): Promise<Check> {
  const file = publishedFile(options.weights.default);
  const { size, url, name } = file;
  try {
    const cached = await openCached(file, folder);
    if (cached !== undefined) return check(name, true, `unchanged in ${cached.path}`, "");
    return check(
      name,
      true,
      `not fetched yet; a run fetches ${Math.round(size.bytes / 1e6)} MB from ${new URL(url).host}`,
      "",
    );
  } catch (error) {
    if (error instanceof ReinceptionError) return check(name, false, error.found, error.fix);
    return check(name, false, messageOf(error), `Fetch it again: reinception weights pull ${name}`);
  }
}

/** Starts a process that loads the part and computes something known. */
function checkNative(part: "engine" | "pictures", library: string, fix: string): Promise<Check> {
  const entry = new URL(`./doctor-child${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  return new Promise((resolve) => {
    const child = fork(entry, [part], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let lastWords = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-500);
    });
    child.on("message", ({ ok, found }: { ok: boolean; found: string }) =>
      resolve(
        check(
          part,
          ok,
          ok ? `${found.startsWith(library) ? "" : `${library} `}${found}, works` : `${library}: ${found}`,
          fix,
        ),
      ),
    );
    child.on("error", (error) => resolve(check(part, false, `${library}: ${error.message}`, fix)));
    child.on("close", (code, signal) =>
      resolve(
        check(part, false, `${library} ended its process (${signal ?? `exit code ${code}`}) ${lastWords}`.trim(), fix),
      ),
    );
  });
}

function check(name: string, ok: boolean, found: string, fix: string): Check {
  return { name, ok, found, fix: ok ? null : fix };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
