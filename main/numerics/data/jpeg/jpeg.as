/**
 * The inner loops of a baseline JPEG decoder, in the integers that libjpeg-turbo computes with, so that
 * its pixels are those of Pillow. Everything is given by its address; whole vectors are read and written,
 * so up to 15 bytes beyond what is named.
 */
export { unstuff } from './unstuff';
export { decodeScan } from './scan';
export { convertPlanes } from './color';
