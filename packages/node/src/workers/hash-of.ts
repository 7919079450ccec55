import { createHash } from "node:crypto";

/** SHA-256 as 64 hexadecimal digits, without the copy that Web Crypto makes of what it hashes. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
