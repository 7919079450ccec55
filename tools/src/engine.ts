// `npm run engine [-- --wheel FILE]`: the same as `ssl3d engine fetch`.
import { run } from "ssl3d";

process.exitCode = await run(["engine", "fetch", ...process.argv.slice(2)], process);
// The library's threads outlive it.
process.exit();
