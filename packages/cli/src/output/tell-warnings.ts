import type { RunEvent } from "@ssl3d/node";
import type { Streams } from "../program.js";

/** Says warnings on stderr. */
export function tellWarnings({ stderr }: Streams): (event: RunEvent) => void {
  return (event) => {
    if (event.type === "warning") stderr.write(`warning: ${event.message}\n`);
  };
}
