// SHA-256 (FIPS 180-4) of what comes piece by piece. crypto.subtle wants all of it at once, and is missing where the console is served without TLS.

const BLOCK = 64;
const LENGTH_AT = BLOCK - 8;
const WORD = 2 ** 32;

/** The first 32 bits of what is behind the point: of roots of the first primes, as the standard defines its constants. */
function constants(count: number, root: (prime: number) => number): Int32Array {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return Int32Array.from(found, (prime) => Math.floor((root(prime) % 1) * WORD) | 0);
}

const START = constants(8, Math.sqrt);
const ROUND = constants(BLOCK, Math.cbrt);

const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));

export class Sha256 {
  #state = START.slice();
  #block = new Uint8Array(BLOCK);
  #filled = 0;
  #length = 0;
  #words = new Int32Array(BLOCK);

  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + BLOCK - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === BLOCK) this.#mix();
    }
  }

  /** In hexadecimal; nothing can be added any more. */
  end(): string {
    const bits = this.#length * 8;
    this.add(Uint8Array.of(0x80));
    while (this.#filled !== LENGTH_AT) this.add(Uint8Array.of(0));
    const view = new DataView(this.#block.buffer);
    view.setUint32(LENGTH_AT, Math.floor(bits / WORD));
    view.setUint32(LENGTH_AT + 4, bits % WORD);
    this.#mix();
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #schedule(): Int32Array {
    const words = this.#words;
    const view = new DataView(this.#block.buffer);
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(i * 4);
    for (let i = 16; i < BLOCK; i++) {
      const [one, two] = [words[i - 15]!, words[i - 2]!];
      const small = turn(one, 7) ^ turn(one, 18) ^ (one >>> 3);
      const large = turn(two, 17) ^ turn(two, 19) ^ (two >>> 10);
      words[i] = words[i - 16]! + small + words[i - 7]! + large;
    }
    return words;
  }

  #mix(): void {
    const words = this.#schedule();
    let [a, b, c, d, e, f, g, h] = this.#state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < BLOCK; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i]! + words[i]!) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) this.#state[i] = this.#state[i]! + word;
    this.#filled = 0;
  }
}
