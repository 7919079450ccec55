import { DEAD_KEYS, MACHINE_KEYS } from "../config/original/ignored-keys.js";
import type { OriginalKey } from "../config/original/original-key.js";
import { ORIGINAL_KEYS } from "../config/original/original-keys.js";
import { ALGORITHMS, type OriginalKind } from "../config/original/original-values.js";

/** The tables of docs/original-configurations.md, made of the mapping itself. */
export function originalKeyTables(): string {
  const live = ORIGINAL_KEYS.map((key) => [
    `\`${key.name}\``,
    key.readBy.length === ALGORITHMS.length ? "all" : key.readBy.join(", "),
    defaultOf(key),
    key.sets.length === 0 ? "-" : key.sets.map((option) => `\`${option}\``).join(", "),
    key.rule,
  ]);
  const dead = Object.entries({ ...DEAD_KEYS, ...MACHINE_KEYS }).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    table(["key", "read by", "where absent", "option here", "how"], live),
    table(["without effect", "why"], dead.map(([key, reason]) => [`\`${key}\``, reason])),
  ].join("\n\n");
}

/** A key's default, by rank or by task where it depends on them. */
function defaultOf({ absent, readBy }: OriginalKey): string {
  if (absent === undefined) return "required";
  const texts = new Map<string, { tasks: Set<string>; ranks: Set<number> }>();
  for (const algorithm of readBy) {
    for (const rank of [2, 3] as const) {
      const kind: OriginalKind = { algorithm, rank, layoutNamed: false };
      const text = JSON.stringify(absent(kind)).replaceAll(/([:,])(?=\S)/g, "$1 ");
      const users = texts.get(text) ?? { tasks: new Set(), ranks: new Set() };
      users.tasks.add(algorithm);
      users.ranks.add(rank);
      texts.set(text, users);
    }
  }
  if (texts.size === 1) return [...texts.keys()].join();
  return [...texts].map(([text, { tasks, ranks }]) => `${ranks.size === 1 ? `${[...ranks].join()}D` : [...tasks].join(", ")}: ${text}`).join("; ");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}
