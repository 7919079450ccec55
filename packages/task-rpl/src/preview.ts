import type { Figure, NumericArray, Rank } from "@ssl3d/core";
import { middleSlice } from "@ssl3d/data";
import { describeNeighbour, middlePatch, neighbourCount, neighbourPatch, patchPosition } from "./neighbours.js";

/** Pixels between what is shown side by side. */
const GAP = 2;
const MIDDLE = 1;
const ANSWER = 2;
/** Grey of the other places, between the darkest and the brightest of the patches. */
const GREY = 0.25;

/** A picture, [height, width, channels]. */
interface Picture extends NumericArray {
  readonly data: Float32Array;
}

/**
 * The question, two patches, and its answer on a board of all places: in 3D one board for each level of the body, from below to above, with
 * the middle slice of the two patches.
 * @param pair the middle patch and the other one, [2, ...patch, channels]
 */
export function previewPair(pair: Picture, label: number, perSide: number): readonly Figure[] {
  const rank = (pair.shape.length - 2) as Rank;
  const shape = pair.shape.slice(1);
  const length = pair.data.length / 2;
  const places = neighbourCount(rank, perSide);
  const [middle, other] = [0, 1].map((index) => pair.data.subarray(index * length, (index + 1) * length)) as [Float32Array, Float32Array];
  return [
    {
      title: "The middle patch",
      caption: `One of the ${perSide ** rank} patches that the image was cut into. It is the network's landmark.`,
      image: { data: middle, shape },
    },
    {
      title: "The other patch",
      caption: `Where does it lie, seen from the middle patch? The network sees these two patches, nothing else, and chooses one of ${places} places.`,
      image: { data: other, shape },
    },
    {
      title: `Right answer: ${describeNeighbour(rank, perSide, label)} (class ${label})`,
      caption: `All places the patches can come from${rank === 3 ? ", one board for each level from below (left) to above (right), seen as axial slices" : ""}. The network never sees this board.`,
      ...showBoard(middleSlice(middle, shape), middleSlice(other, shape), [middlePatch(rank, perSide), neighbourPatch(rank, perSide, label)], rank, perSide),
      labels: { [MIDDLE]: "middle patch", [ANSWER]: "other patch" },
    },
  ];
}

/** The two patches in their places; the other places are grey. */
function showBoard(middle: Picture, other: Picture, [middleAt, otherAt]: readonly number[], rank: Rank, perSide: number): Pick<Figure, "image" | "outline"> {
  const [rows, columns, channels] = middle.shape as [number, number, number];
  const height = perSide * (rows + GAP) + GAP;
  const board = perSide * (columns + GAP) + GAP;
  const width = (rank === 3 ? perSide : 1) * board;
  const values = [...middle.data, ...other.data];
  const dark = values.reduce((low, value) => Math.min(low, value));
  const grey = dark + GREY * (values.reduce((high, value) => Math.max(high, value)) - dark);
  const image = { data: new Float32Array(height * width * channels).fill(dark), shape: [height, width, channels] };
  const outline = { data: new Uint8Array(height * width), shape: [height, width] };
  for (let place = 0; place < perSide ** rank; place++) {
    const position = patchPosition(rank, perSide, place);
    const [level, y, x] = rank === 3 ? (position as [number, number, number]) : ([0, ...position] as [number, number, number]);
    // slices of a volume are viewed from the feet: front at the top, the patient's right on the left
    const [row, column] = rank === 3 ? [perSide - 1 - y, perSide - 1 - x] : [y, x];
    const picture = place === middleAt ? middle : place === otherAt ? other : undefined;
    for (let r = 0; r < rows; r++) {
      const to = (GAP + row * (rows + GAP) + r) * width + level * board + GAP + column * (columns + GAP);
      if (picture === undefined) {
        image.data.fill(grey, to * channels, (to + columns) * channels);
      } else {
        image.data.set(picture.data.subarray(r * columns * channels, (r + 1) * columns * channels), to * channels);
        outline.data.fill(picture === middle ? MIDDLE : ANSWER, to, to + columns);
      }
    }
  }
  return { image, outline };
}
