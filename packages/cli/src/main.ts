#!/usr/bin/env node
import { run } from "./program.js";

process.exitCode = await run(process.argv.slice(2), process);
// Nothing may keep a finished command alive, such as an engine's threads.
process.exit();
