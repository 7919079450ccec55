import type { CAC } from "cac";
import type { Streams } from "../program.js";
import { addFetchEngine } from "./fetch-engine.js";
import { addLinkTensorflow } from "./link-tensorflow.js";

/** `ssl3d engine ...`: what makes an engine available. */
export function addEngine(program: CAC, streams: Streams): void {
  addFetchEngine(program, streams);
  addLinkTensorflow(program, streams);
}
