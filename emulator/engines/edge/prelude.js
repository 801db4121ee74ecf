// What CloudFront Functions find in their runtime beside the language: console, Buffer, btoa, crypto, querystring and
// the cloudfront module. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
var __logs = [], __asked = [], __origin = null;

function __plain(value) {
  if (typeof value === "string") return value;
  try { return value instanceof Error ? String(value) : JSON.stringify(value); } catch (error) { return String(value); }
}

var console = {};
for (const name of ["log", "error", "warn", "info", "debug"])
  console[name] = (...parts) => { __logs.push(parts.map(__plain).join(" ")); };

const __digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function __utf8(text) {
  const bytes = [];
  for (const char of text) {
    const code = char.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
    else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
  }
  return bytes;
}

function __encode(bytes, url) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    text += __digits[a >> 2] + __digits[(a & 3) << 4 | (b || 0) >> 4];
    text += b === undefined ? "=" : __digits[(b & 15) << 2 | (c || 0) >> 6];
    text += c === undefined ? "=" : __digits[c & 63];
  }
  return url ? text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "") : text;
}

function __decode(text) {
  const bytes = [];
  let held = 0, bits = 0;
  for (const char of text.replace(/-/g, "+").replace(/_/g, "/").replace(/[\s=]/g, "")) {
    const digit = __digits.indexOf(char);
    if (digit < 0) throw new TypeError("invalid base64");
    held = (held << 6 | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) { bits -= 8; bytes.push(held >> bits & 255); }
  }
  return bytes;
}

function __bytes(value, encoding) {
  if (typeof value !== "string") return Array.from(value);
  if (encoding === "hex") return (value.match(/../g) || []).map((pair) => parseInt(pair, 16));
  if (encoding === "base64" || encoding === "base64url") return __decode(value);
  if (encoding === "latin1" || encoding === "binary" || encoding === "ascii")
    return Array.from(value, (char) => char.charCodeAt(0) & 255);
  return __utf8(value);
}

function __text(bytes, encoding) {
  if (encoding === "hex") return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (encoding === "base64") return __encode(bytes, false);
  if (encoding === "base64url") return __encode(bytes, true);
  const raw = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return encoding === "latin1" || encoding === "binary" || encoding === "ascii" ? raw
    : decodeURIComponent(Array.from(bytes, (byte) => "%" + byte.toString(16).padStart(2, "0")).join(""));
}

class Buffer extends Uint8Array {
  static from(value, encoding) { const bytes = __bytes(value, encoding), made = new Buffer(bytes.length); made.set(bytes); return made; }
  static alloc(size) { return new Buffer(size); }
  static concat(parts) { return Buffer.from([].concat(...parts.map((part) => Array.from(part)))); }
  static isBuffer(value) { return value instanceof Buffer; }
  static byteLength(value, encoding) { return __bytes(value, encoding).length; }
  toString(encoding) { return __text(this, encoding); }
}
const btoa = (text) => __encode(__bytes(text, "latin1"), false);
const atob = (text) => __text(__decode(text), "latin1");

// Digests: padded blocks of 64 bytes, words big-endian (SHA) or little-endian (MD5).
function __blocks(bytes, little) {
  const size = bytes.length, padded = bytes.concat([0x80]), words = [];
  while (padded.length % 64 !== 56) padded.push(0);
  const high = Math.floor(size / 0x20000000), low = size * 8 >>> 0;
  const word = (value) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
  padded.push(...little ? word(low).reverse().concat(word(high).reverse()) : word(high).concat(word(low)));
  for (let at = 0; at < padded.length; at += 4) {
    const four = padded.slice(at, at + 4);
    const [a, b, c, d] = little ? four.reverse() : four;
    words.push(a << 24 | b << 16 | c << 8 | d);
  }
  return words;
}
const __turn = (value, by) => value << by | value >>> 32 - by;
const __fraction = (value) => (value - Math.floor(value)) * 0x100000000 | 0;
const __primes = [];
for (let each = 2; __primes.length < 64; each++) if (__primes.every((prime) => each % prime)) __primes.push(each);
const __cubes = __primes.map((prime) => __fraction(Math.cbrt(prime)));
const __roots = __primes.slice(0, 8).map((prime) => __fraction(Math.sqrt(prime)));
const __sines = Array.from({length: 64}, (_, at) => Math.abs(Math.sin(at + 1)) * 0x100000000 | 0);
const __shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

const __digests = {
  sha256(bytes) {
    const words = __blocks(bytes, false), state = __roots.slice();
    for (let block = 0; block < words.length; block += 16) {
      const w = words.slice(block, block + 16);
      for (let at = 16; at < 64; at++) {
        const x = w[at - 15], y = w[at - 2];
        const s0 = __turn(x, 25) ^ __turn(x, 14) ^ x >>> 3, s1 = __turn(y, 15) ^ __turn(y, 13) ^ y >>> 10;
        w.push(w[at - 16] + s0 + w[at - 7] + s1 | 0);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at++) {
        const one = h + (__turn(e, 26) ^ __turn(e, 21) ^ __turn(e, 7)) + (e & f ^ ~e & g) + __cubes[at] + w[at] | 0;
        const two = (__turn(a, 30) ^ __turn(a, 19) ^ __turn(a, 10)) + (a & b ^ a & c ^ b & c) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, at) => { state[at] = state[at] + value | 0; });
    }
    return state.flatMap((value) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255]);
  },
  sha1(bytes) {
    const words = __blocks(bytes, false), state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
    for (let block = 0; block < words.length; block += 16) {
      const w = words.slice(block, block + 16);
      for (let at = 16; at < 80; at++) w.push(__turn(w[at - 3] ^ w[at - 8] ^ w[at - 14] ^ w[at - 16], 1));
      let [a, b, c, d, e] = state;
      for (let at = 0; at < 80; at++) {
        const round = Math.floor(at / 20);
        const mix = [b & c | ~b & d, b ^ c ^ d, b & c | b & d | c & d, b ^ c ^ d][round];
        const constant = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0][round];
        [e, d, c, b, a] = [d, c, __turn(b, 30), a, __turn(a, 5) + mix + e + constant + w[at] | 0];
      }
      [a, b, c, d, e].forEach((value, at) => { state[at] = state[at] + value | 0; });
    }
    return state.flatMap((value) => [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255]);
  },
  md5(bytes) {
    const words = __blocks(bytes, true), state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let block = 0; block < words.length; block += 16) {
      let [a, b, c, d] = state;
      for (let at = 0; at < 64; at++) {
        const round = Math.floor(at / 16);
        const mix = [b & c | ~b & d, d & b | ~d & c, b ^ c ^ d, c ^ (b | ~d)][round];
        const from = [at, 5 * at + 1, 3 * at + 5, 7 * at][round] % 16;
        const sum = a + mix + __sines[at] + words[block + from] | 0;
        [a, d, c, b] = [d, c, b, b + __turn(sum, __shifts[round][at % 4]) | 0];
      }
      [a, b, c, d].forEach((value, at) => { state[at] = state[at] + value | 0; });
    }
    return state.flatMap((value) => [value & 255, value >>> 8 & 255, value >>> 16 & 255, value >>> 24]);
  },
};

class __Hash {
  constructor(kind, key) {
    if (!(kind in __digests)) throw new Error("Unsupported algorithm: " + kind);
    this.digestOf = __digests[kind];
    this.parts = [];
    if (key !== undefined) {
      let bytes = __bytes(key);
      if (bytes.length > 64) bytes = this.digestOf(bytes);
      this.key = bytes.concat(Array(64 - bytes.length).fill(0));
    }
  }
  update(data, encoding) { this.parts = this.parts.concat(__bytes(data, encoding)); return this; }
  digest(encoding) {
    const pad = (by) => this.key.map((byte) => byte ^ by);
    const found = this.key ? this.digestOf(pad(0x5c).concat(this.digestOf(pad(0x36).concat(this.parts))))
      : this.digestOf(this.parts);
    return encoding === undefined ? Buffer.from(found) : __text(found, encoding);
  }
}

const __crypto = {
  createHash: (kind) => new __Hash(kind),
  createHmac: (kind, key) => new __Hash(kind, key),
};
const __querystring = {
  escape: encodeURIComponent,
  unescape: (text) => decodeURIComponent(text.replace(/\+/g, " ")),
  parse(text, separator = "&", equals = "=") {
    const found = {};
    for (const part of text.split(separator)) {
      if (!part) continue;
      const at = part.indexOf(equals);
      const [name, value] = (at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + equals.length)]).map(this.unescape);
      found[name] = name in found ? [].concat(found[name], value) : value;
    }
    return found;
  },
  stringify(given, separator = "&", equals = "=") {
    return Object.entries(given).flatMap(([name, values]) =>
      [].concat(values).map((value) => this.escape(name) + equals + this.escape(value))).join(separator);
  },
};
__querystring.decode = __querystring.parse;
__querystring.encode = __querystring.stringify;

// A question to the key value store is answered from outside, between two turns of the engine.
function __ask(what, store, key) {
  return new Promise((resolve, reject) => { __asked.push({what, store, key, resolve, reject}); });
}

const __cloudfront = {
  kvs(store) {
    const id = store === undefined ? null : store;
    return {
      async get(key, options) {
        const value = await __ask("get", id, key), format = options && options.format;
        return format === "json" ? JSON.parse(value) : format === "bytes" ? Buffer.from(value) : value;
      },
      exists: (key) => __ask("exists", id, key),
      meta: () => __ask("meta", id, null),
      count: () => __ask("count", id, null),
    };
  },
  updateRequestOrigin(changes) { __origin = {update: changes}; },
  selectRequestOriginById(id) { __origin = {select: id}; },
};

const __modules = {crypto: __crypto, querystring: __querystring, buffer: {Buffer}, cloudfront: __cloudfront};
__cloudfront.default = __cloudfront;
function require(name) {
  if (!(name in __modules)) throw new Error('Cannot find module "' + name + '"');
  return __modules[name];
}
