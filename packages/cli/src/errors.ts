import { nearest, Ssl3dError } from "@ssl3d/core";

/** The command line is not understood. */
export function usageError(message: string, fix: string): Ssl3dError {
  return new Ssl3dError({ code: "SSL3D_USAGE", message, fix });
}

/** There is no such command. */
export function unknownCommand(name: string, known: readonly string[]): Ssl3dError {
  const close = nearest(name, known, 1)[0];
  return usageError(
    `There is no command "${name}".`,
    close === undefined ? `Run "ssl3d --help" for the list.` : `Did you mean "ssl3d ${close}"? "ssl3d --help" lists all.`,
  );
}

/** An option's value cannot be read. */
export function badOption(option: string, expected: string, received: unknown): Ssl3dError {
  return usageError(
    `--${option}: expected ${expected}, received ${JSON.stringify(received)}.`,
    `Correct the value; the command's --help shows an example.`,
  );
}

/** A TypeScript configuration, but nothing here can read TypeScript. */
export function typescriptUnreadable(path: string, cause: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONFIG_TYPESCRIPT",
    message: `Cannot read ${path}: this Node (${process.version}) does not run TypeScript, and the package tsx is not installed.`,
    fix: "Run npm install --save-dev tsx, use Node 22.18 or newer, or write the configuration as .json or .mjs.",
    facts: { path },
    cause,
  });
}

/** A configuration file cannot be read or run. */
export function configUnreadable(path: string, reason: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CONFIG_UNREADABLE",
    message: `Cannot read the configuration ${path}: ${reason.replace(/\.$/, "")}.`,
    fix: "Check the path and the file; a configuration is a .json file, or a .ts, .js or .mjs module with a default export.",
    facts: { path },
    cause,
  });
}

/** A configuration of the original is one of its fine-tuning. */
export function originalFinetune(file: string, keys: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ORIGINAL_FINETUNE",
    message: `${file}: expected a training configuration of the original (configs/train), received one of its fine-tuning, with ${keys.join(", ")}.`,
    fix: "Pretrain with the configuration of the same task in configs/train; then run ssl3d finetune with --data, --labels and --encoder.",
    facts: { file, keys },
  });
}

/** A value in a configuration of the original cannot be followed. `expected` begins with the key. */
export function originalValue(file: string, expected: string, received: unknown, fix: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ORIGINAL_VALUE",
    message: `${file}: expected ${expected}; received ${received === undefined ? "nothing" : JSON.stringify(received)}.`,
    fix,
    facts: { file, expected, received: received ?? null },
  });
}

/** The data folder of a configuration of the original is not on this machine. */
export function originalData(file: string, folder: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ORIGINAL_DATA",
    message: `${file}: expected "data_dir": a folder on this machine; received ${JSON.stringify(folder)}.`,
    fix: "Name your folder with --data, and where its files are of another kind, their layout with --dataset (see ssl3d plugins).",
    facts: { file, folder },
  });
}

/** No engine ran the workload to be measured. */
export function benchFailed(workload: string, reasons: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_BENCH_FAILED",
    message: `No engine could run ${workload}. ${reasons.join(" ")}`,
    fix: "Choose a smaller --workload, or see ssl3d doctor for what the engines lack.",
    fault: "machine",
    facts: { workload },
  });
}
