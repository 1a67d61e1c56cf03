// How light and how sharp a picture is. Plain functions over pixels, used on the live camera and
// on the chosen photo alike.

/** The middle of a picture, where the face is, as grey values 0..255 in a square of `side`. */
export function middleInGrey(source, width, height, side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const cut = Math.min(width, height) * 0.7;
  pen.drawImage(source, (width - cut) / 2, (height - cut) * 0.45, cut, cut, 0, 0, side, side);
  const { data } = pen.getImageData(0, 0, side, side);
  const grey = new Float32Array(side * side);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  }
  return grey;
}

/** Brightness 0..100: what all but the lightest tenth stays below, so dark skin is not "dark". */
export function brightness(grey) {
  const sorted = Float32Array.from(grey).sort();
  return Math.round((sorted[Math.floor(sorted.length * 0.9)] / 255) * 100);
}

/** Sharpness 0..100: the Laplacian's spread beside the picture's own contrast. */
export function sharpness(grey, side) {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x;
      const edge = 4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - side] - grey[i + side];
      sum += edge;
      squares += edge * edge;
      count++;
    }
  }
  const spread = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  return Math.min(100, Math.round((100 * spread) / (spreadOf(grey) + 6)));
}

/** How much two moments differ, 0..255 on average: a hand that shakes, a head that turns. */
export function movement(now, earlier) {
  let sum = 0;
  for (let i = 0; i < now.length; i++) sum += Math.abs(now[i] - earlier[i]);
  return sum / now.length;
}

function spreadOf(grey) {
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  return Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
}
