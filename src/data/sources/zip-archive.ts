// A zip of class folders, read where it lies.

import { fail } from "../../errors.ts";
import { listZip, type ZipMember } from "../../zip.ts";
import { headOfZipped } from "../../zip-entry.ts";
import type { OpenFiles } from "../open-files.ts";
import { reasonOf } from "../walk.ts";
import { nameFiles } from "./archive-names.ts";
import { byClassFoldersInArchive } from "./class-folders.ts";
import type { Listing } from "./listing.ts";
import { type HeadOf, sift } from "./sift.ts";

/** @throws data/archive-damaged, data/class-names-collide */
export async function readZipArchive(archive: string, open: OpenFiles): Promise<Listing> {
  const members = await listZip(archive).catch((error: unknown) =>
    fail("data/archive-damaged", { path: archive, reason: reasonOf(error) }),
  );
  const named = nameFiles(members, (member) => placed(archive, member));
  const headOf: HeadOf = async ({ locator }, length) => {
    if (locator.kind !== "zip") throw new Error("internal: a file of a zip that lies elsewhere");
    return headOfZipped((offset, count) => open.readAt(archive, offset, count), locator.place, length);
  };
  const { pictures, skipped } = await sift(named.files, headOf);
  const listing = byClassFoldersInArchive(pictures);
  return { ...listing, skipped: [...named.skipped, ...skipped, ...listing.skipped] };
}

function placed(archive: string, { name, place, isEncrypted }: ZipMember) {
  if (isEncrypted) return { reason: "is encrypted" };
  if (place.method !== 0 && place.method !== 8) return { reason: `is packed by method ${place.method}, not deflated` };
  return { locator: { kind: "zip", archive, entry: name, place } as const, sizeBytes: place.sizeBytes };
}
