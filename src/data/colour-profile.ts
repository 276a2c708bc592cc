// Whether an embedded colour profile says what is assumed anyway. Most photos carry one that does; converting from one
// sRGB to another would only disturb the last bits. Reads the name of a profile, converts nothing.

const headerBytes = 128;
const entryBytes = 12;

/** Whether an ICC profile is called sRGB. A profile that cannot be read is not. */
export function isStandardRgb(profile: Uint8Array): boolean {
  const name = nameOf(profile);
  return name.includes("sRGB") && !name.includes("e-sRGB");
}

/** The description of the profile with everything around it: one-byte text in version 2, two-byte text in version 4. */
function nameOf(profile: Uint8Array): string {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  const entries = profile.length < headerBytes + 4 ? 0 : view.getUint32(headerBytes);
  for (let i = 0; i < entries; i++) {
    const at = headerBytes + 4 + i * entryBytes;
    if (at + entryBytes > profile.length) return "";
    if (latin1(profile.subarray(at, at + 4)) !== "desc") continue;
    const start = view.getUint32(at + 4);
    return latin1(profile.subarray(start, start + view.getUint32(at + 8))).replaceAll("\0", "");
  }
  return "";
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
