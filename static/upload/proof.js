// Solves the server's sum: the number whose SHA-256 after the salt is the challenge. In a worker,
// so that the page stays quick; where the browser starts none, in short turns between other work.
// Written out because Web Crypto is missing on plain http addresses, and slower for tiny inputs.

const K = new Uint32Array(64);
const START = new Uint32Array(8);
for (let prime = 2, found = 0; found < 64; prime++) {
  let divisor = 2;
  while (divisor * divisor <= prime && prime % divisor) divisor++;
  if (divisor * divisor <= prime) continue;
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 4294967296);
  if (found < 8) START[found] = fraction(Math.sqrt(prime));
  K[found++] = fraction(Math.cbrt(prime));
}
const W = new Uint32Array(64);

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    W[i] = W[i - 16] + W[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3))
      + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))
      + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))
      + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** SHA-256 of ASCII text as eight 32-bit words. */
export function sha256(text) {
  const padded = new Uint8Array(((text.length + 8) >> 6 << 6) + 64);
  for (let i = 0; i < text.length; i++) padded[i] = text.charCodeAt(i);
  padded[text.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, text.length * 8);
  const state = Uint32Array.from(START);
  for (let at = 0; at < padded.length; at += 64) block(state, padded, at);
  return state;
}

/** The number between `from` and `to` that fits, or -1. */
function search({ salt, challenge }, from, to) {
  const wanted = challenge.match(/.{8}/g).map((word) => parseInt(word, 16));
  for (let number = from; number <= to; number++) {
    const found = sha256(salt + number);
    if (found[0] === wanted[0] && found[1] === wanted[1] && found[7] === wanted[7]) return number;
  }
  return -1;
}

async function searchInTurns(sum) {
  for (let from = 0; from <= sum.maxnumber; from += 2000) {
    const number = search(sum, from, from + 1999);
    if (number >= 0) return number;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return -1;
}

function searchAside(sum) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    worker.onmessage = (event) => { worker.terminate(); resolve(event.data); };
    worker.onerror = (event) => { event.preventDefault(); worker.terminate(); reject(new Error("no worker")); };
    worker.postMessage(sum);
  });
}

/** The solution as the form field takes it. */
export async function solve(sum) {
  let number;
  try {
    number = await searchAside(sum);
  } catch (error) {
    number = await searchInTurns(sum);
  }
  const { algorithm, challenge, salt, signature } = sum;
  return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
}

/** Asks whether a sum must be solved, and solves it; null when none must, or nobody answers. */
export async function fetchAndSolve(address) {
  try {
    const answer = await fetch(address, { method: "POST" });
    return answer.status === 200 ? await solve(await answer.json()) : null;
  } catch (error) {
    return null;
  }
}

if (typeof document === "undefined") {
  onmessage = (event) => postMessage(search(event.data, 0, event.data.maxnumber));
}
