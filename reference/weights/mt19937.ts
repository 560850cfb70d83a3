const WORDS = 624;
const SHIFT = 397;

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded as their `init_genrand` does, which PyTorch's
 * CPU generator copies. Returns 32-bit unsigned words.
 */
export function mt19937(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  let word = seed >>> 0;
  for (let i = 0; i < WORDS; i++) {
    state[i] = word;
    word = (Math.imul(word ^ (word >>> 30), 1812433253) + i + 1) >>> 0;
  }
  let at = WORDS;
  return () => {
    if (at === WORDS) {
      twist(state);
      at = 0;
    }
    let y = state[at++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const y = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % WORDS] as number) & 0x7fffffff);
    state[i] = (state[(i + SHIFT) % WORDS] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
