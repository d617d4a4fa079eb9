const signatures = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
} as const;

/** Tells by its first bytes what an image file is; null unless PDF and every browser can show it. */
export function imageType(bytes: Uint8Array): keyof typeof signatures | null {
  const isOf = (type: keyof typeof signatures) => signatures[type].every((byte, i) => bytes[i] === byte);
  if (isOf('image/png')) return 'image/png';
  return isOf('image/jpeg') ? 'image/jpeg' : null;
}
