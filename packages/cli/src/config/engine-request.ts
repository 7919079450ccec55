import type { EngineRequest } from "@ssl3d/node";
import type { Command } from "cac";
import { badOption } from "../errors.js";
import { integer, text, type Options } from "../options.js";

/** Adds the options that choose the engine and how it computes. */
export function addEngineOptions(command: Command): Command {
  return command
    .option("--engine <name>", "Compute engine (default: the fastest here, or SSL3D_ENGINE); see ssl3d doctor")
    .option("--precision <name>", "Number format of the engine: float32 or bf16 (default: the engine's best here)")
    .option("--threads <n>", "Threads of the engine (default: the engine's choice)");
}

/** What the command line asks of the engine. */
export function engineRequest(options: Options): EngineRequest {
  const engine = text(options, "engine");
  const precision = text(options, "precision");
  const threads = integer(options, "threads", 1);
  if (precision !== undefined && precision !== "auto" && precision !== "float32" && precision !== "bf16")
    throw badOption("precision", '"auto", "float32" or "bf16"', precision);
  return {
    ...(engine !== undefined && engine !== "auto" && { engine }),
    ...(precision !== undefined && precision !== "auto" && { precision }),
    ...(threads !== undefined && { threads }),
  };
}
