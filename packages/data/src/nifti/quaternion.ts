/** The row-major 3x3 rotation of the unit quaternion (a, b, c, d) with a >= 0 given by its last three parts (nifti1.h, method 2). */
export function rotationFromQuaternion(b: number, c: number, d: number): number[] {
  let a = 1 - (b * b + c * c + d * d);
  if (a < 1e-7) {
    // rounding may leave (b, c, d) a little longer than 1: a half turn
    const length = Math.hypot(b, c, d);
    b /= length;
    c /= length;
    d /= length;
    a = 0;
  } else {
    a = Math.sqrt(a);
  }
  return [
    a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c),
    2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
    2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c,
  ];
}

/** (b, c, d) of the quaternion with a >= 0 for a row-major 3x3 rotation (determinant 1). */
export function quaternionFromRotation(rotation: readonly number[]): [number, number, number] {
  const [r11, r12, r13, r21, r22, r23, r31, r32, r33] = rotation as [
    number, number, number, number, number, number, number, number, number,
  ];
  const trace = r11 + r22 + r33 + 1;
  if (trace > 0.5) {
    const a = 0.5 * Math.sqrt(trace);
    return [(0.25 * (r32 - r23)) / a, (0.25 * (r13 - r31)) / a, (0.25 * (r21 - r12)) / a];
  }
  // a is small: divide by the largest of b, c, d instead
  const xd = 1 + r11 - (r22 + r33);
  const yd = 1 + r22 - (r11 + r33);
  const zd = 1 + r33 - (r11 + r22);
  let a: number;
  let b: number;
  let c: number;
  let d: number;
  if (xd >= yd && xd >= zd) {
    b = 0.5 * Math.sqrt(xd);
    c = (0.25 * (r12 + r21)) / b;
    d = (0.25 * (r13 + r31)) / b;
    a = (0.25 * (r32 - r23)) / b;
  } else if (yd >= zd) {
    c = 0.5 * Math.sqrt(yd);
    b = (0.25 * (r12 + r21)) / c;
    d = (0.25 * (r23 + r32)) / c;
    a = (0.25 * (r13 - r31)) / c;
  } else {
    d = 0.5 * Math.sqrt(zd);
    b = (0.25 * (r13 + r31)) / d;
    c = (0.25 * (r23 + r32)) / d;
    a = (0.25 * (r21 - r12)) / d;
  }
  return a < 0 ? [-b, -c, -d] : [b, c, d];
}
