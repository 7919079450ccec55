"""Makes the files beside it with nibabel, NumPy and Pillow, the references that the readers are tested against.

Usage: python make_fixtures.py CH2_NII_GZ RETINA_JPG MICROANEURYSMS_PNG
The inputs are the Colin27 head of mricron-data and two pictures of scikit-image (see LICENSES.md).
"""
import json
import sys

import nibabel as nib
import numpy as np
from PIL import Image
from scipy import ndimage

ch2, retina, lesions = sys.argv[1:]
rng = np.random.default_rng(7)
expected = {}


def keep(name, image, values=True):
    nib.save(image, name)
    loaded = nib.load(name)
    data = np.asarray(loaded.dataobj)
    data = np.transpose(data if data.ndim == 4 else data[..., None], (2, 1, 0, 3))
    expected[name] = {
        "shape": data.shape,
        "affine": loaded.affine.ravel().tolist(),
        "sum": float(data.astype(np.float64).sum()),
        **({"values": data.astype(np.float64).ravel().tolist()} if values else {}),
    }


def oblique(spacing, origin, degrees=(20, -35, 50)):
    from math import cos, radians, sin
    x, y, z = (radians(angle) for angle in degrees)
    rx = np.array([[1, 0, 0], [0, cos(x), -sin(x)], [0, sin(x), cos(x)]])
    ry = np.array([[cos(y), 0, sin(y)], [0, 1, 0], [-sin(y), 0, cos(y)]])
    rz = np.array([[cos(z), -sin(z), 0], [sin(z), cos(z), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = rz @ ry @ rx @ np.diag(spacing)
    affine[:3, 3] = origin
    return affine


# a real scan at 4 mm
head = nib.load(ch2)
small = np.clip(np.rint(ndimage.zoom(ndimage.gaussian_filter(np.asarray(head.dataobj, np.float32), 1.5), 0.25, order=1)), 0, 255)
keep("colin27_4mm.nii.gz", nib.Nifti1Image(small.astype(np.uint8), np.diag([4, 4, 4, 1]) + np.array([[0, 0, 0, -90], [0, 0, 0, -125], [0, 0, 0, -71], [0, 0, 0, 0]])), values=False)

shape = (3, 4, 5)
for name, type_, order in [("int8", "i1", "<"), ("uint16", "u2", ">"), ("int32", "i4", ">"), ("uint32", "u4", "<"), ("int64", "i8", ">"), ("uint64", "u8", "<"), ("float64", "f8", ">")]:
    info = None if type_[0] == "f" else np.iinfo(type_)
    data = rng.normal(size=shape) * 1e6 if info is None else rng.integers(max(info.min, -2**40), min(info.max, 2**40), shape)
    header = nib.Nifti1Header(endianness=order)
    header.set_data_dtype(np.dtype(order + type_))
    keep(f"{name}.nii.gz", nib.Nifti1Image(data.astype(order + type_), np.diag([-2, 2, 3, 1]), header))

# scaled, big-endian, placed by the qform alone, left-handed
header = nib.Nifti1Header(endianness=">")
header.set_data_dtype(np.dtype(">i2"))
image = nib.Nifti1Image((rng.normal(size=(4, 3, 5)) * 50 + 20), oblique([-0.9, 1.1, 2.5], [10, -20, 30]), header)
image.set_qform(image.affine, code=1)
image.set_sform(None, code=0)
keep("scaled_qform.nii", image)

# four-dimensional NIfTI-2, big-endian, sform and qform that disagree: the sform counts
image = nib.Nifti2Image(rng.normal(size=(3, 4, 2, 3)).astype(">f4"), oblique([1, 2, 3], [5, 6, 7]), nib.Nifti2Header(endianness=">"))
image.set_sform(image.affine, code=2)
image.set_qform(oblique([1, 2, 3], [5, 6, 9], (0, 0, 0)), code=3)
keep("nifti2_4d.nii.gz", image)

# neither: the voxel size alone (nibabel would centre the image, NIfTI does not)
image = nib.Nifti1Image(rng.integers(0, 9, (2, 3, 4)).astype(np.int16), None)
image.header.set_zooms((1.5, 2.5, 3.5))
image.header["qform_code"] = image.header["sform_code"] = 0
keep("pixdim_only.nii", image)
expected["pixdim_only.nii"]["affine"] = [1.5, 0, 0, 0, 0, 2.5, 0, 0, 0, 0, 3.5, 0, 0, 0, 0, 1]

arrays = {
    "float32": rng.normal(size=(2, 3, 4)).astype("<f4"), "big_int16": rng.integers(-999, 999, (3, 4)).astype(">i2"),
    "fortran": np.asfortranarray(rng.normal(size=(2, 3, 4, 2))), "half": np.array([0.1, -2, 65504, 6e-8, np.inf], "f2"),
    "int64": np.array([[1, -(2**31)], [2**31 - 1, 0]]), "wide_int64": np.array([2**40, -1]), "bool": np.array([True, False, True]),
    "scalar": np.float64(3.25), "fortran_2d_int": np.asfortranarray(rng.integers(0, 255, (3, 5)).astype("u1")),
}
for name, array in arrays.items():
    np.save(f"{name}.npy", array)
    expected[f"{name}.npy"] = {"shape": np.shape(array), "values": [str(v) if not np.isfinite(v) else float(v) for v in np.ravel(array)]}
np.savez("stored.npz", **{key: arrays[key] for key in ("float32", "bool")})
np.savez_compressed("deflated.npz", a=np.arange(500).reshape(20, 25) % 7, b=arrays["fortran"])

photo = Image.open(retina).crop((300, 500, 348, 532))
photo.save("fundus.jpg", quality=95)
photo.convert("L").save("grey.jpg", quality=95)
Image.open(lesions).crop((0, 0, 20, 12)).save("lesions.png")
colour = np.asarray(photo)
Image.fromarray(colour).quantize(16).save("palette.png")
Image.fromarray(np.dstack([colour, colour[..., :1]])).save("alpha.png")
Image.fromarray(colour[..., 0].astype(np.uint16) * 257).save("sixteen.png")
Image.fromarray(colour[..., 0] > 120).save("bits.png")
for name, mode in [("fundus.jpg", "RGB"), ("grey.jpg", "L"), ("lesions.png", "L"), ("palette.png", "RGB"), ("alpha.png", "RGB"), ("sixteen.png", None), ("bits.png", "L")]:
    image = Image.open(name)
    data = np.asarray(image if mode is None else image.convert(mode))
    expected[name] = {"shape": data.shape, "values": data.ravel().tolist()}
json.dump(expected, open("expected.json", "w"))
