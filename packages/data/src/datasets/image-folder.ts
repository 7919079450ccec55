import { defineDataset, type DatasetPlugin } from "@ssl3d/core";
import { z } from "zod";
import { readImage } from "../image/read-image.js";
import { folderFields, openFolder, type FolderOptions } from "./folder-dataset.js";

/** A folder of 2D pictures, each a case; label masks in a folder of their own or beside their image. */
export const imageFolder: DatasetPlugin<"image-folder", FolderOptions> = defineDataset({
  name: "image-folder",
  summary: "Every .png or .jpg of a folder is a 2D case; optional label masks in another folder or by suffix",
  ranks: [2],
  options: z.strictObject(folderFields),
  open: (files, options) =>
    openFolder(files, options, {
      pattern: "*.png or *.jpg",
      ending: /\.(png|jpe?g)$/i,
      decode: readImage,
      readGrid: (bytes, file) => readImage(bytes, { file }),
    }),
});
