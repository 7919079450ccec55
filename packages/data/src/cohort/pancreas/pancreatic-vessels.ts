import type { BufferPool } from "../fields/buffer-pool.js";
import type { Abdomen, Point } from "./abdomen.js";
import { LABEL, type Pancreas } from "./pancreas.js";
import { pointDistance } from "./point-distance.js";

/** Paints what runs along and behind the pancreas: the splenic vein and the superior mesenteric vein and artery. */
export function paintPancreaticVessels(abdomen: Abdomen, { course }: Pancreas, pool: BufferPool): void {
  const { x, y, z, hu, cavity, truth } = abdomen;
  const behind = course.filter((_, step) => step >= 20 && step % 2 === 0).map(([cx, cy, cz]): Point => [cx, cy + 11, cz - 1]);
  const splenic = pointDistance(abdomen, behind, pool);
  const [cx, cy, cz] = course[22]!;
  for (const i of cavity) {
    if (truth[i] !== LABEL.background) continue;
    if (splenic[i]! < 4.2) hu[i] = 185;
    if (z[i]! < cz + 6 && Math.hypot(x[i]! - cx - 2, y[i]! - cy - 11) < 6.5) hu[i] = 180;
    if (z[i]! < cz + 14 && Math.hypot(x[i]! - cx - 18, y[i]! - cy - 13) < 4.2) hu[i] = 200;
  }
  pool.give(splenic);
}
