import { type StarterDomain } from '#contract/specs/starter-domain';
import { drawAerial, siteNames } from './draw-aerial';
import { carNames, drawCar } from './draw-car';
import { drawDigit } from './draw-digit';
import { drawLetter } from './draw-letter';
import { drawNumber } from './draw-number';
import { drawObject } from './draw-object';
import { drawSatellite, landNames } from './draw-satellite';
import { drawScene, sceneNames } from './draw-scene';
import { drawSign, signNames } from './draw-sign';
import { drawTexture } from './draw-texture';
import { type DrawImage } from './drawing';
import { digitWords, letterLines } from './glyphs';
import { objectNames } from './object-shapes';
import { textureNames } from './texture-patterns';

/** What a domain shows. */
export interface DomainDescription {
  /** Names of the classes, each one word. */
  readonly classes: readonly string[];
  /** What a caption calls an image of this domain: one or two words. */
  readonly noun: string;
  /** Draws an image of a class. */
  readonly draw: DrawImage;
}

/**
 * The domains, by name. The first eight are tasks that stand for the kinds of images of the paper's eight:
 * Cars, DTD (textures), EuroSAT (satellite), GTSRB (signs), MNIST (digits), RESISC45 (aerial), SUN397
 * (scenes) and SVHN (numbers). `objects` is the control task in place of ImageNet; `letters` only widens
 * the pre-training. All are drawn; none holds images of those datasets.
 */
export const starterDomains: Readonly<Record<StarterDomain, DomainDescription>> = {
  cars: { classes: carNames, noun: 'car', draw: drawCar },
  textures: { classes: textureNames, noun: 'texture', draw: drawTexture },
  satellite: { classes: landNames, noun: 'satellite photo', draw: drawSatellite },
  signs: { classes: signNames, noun: 'traffic sign', draw: drawSign },
  digits: { classes: digitWords, noun: 'handwritten digit', draw: drawDigit },
  aerial: { classes: siteNames, noun: 'aerial view', draw: drawAerial },
  scenes: { classes: sceneNames, noun: 'scene', draw: drawScene },
  numbers: { classes: digitWords, noun: 'house number', draw: drawNumber },
  objects: { classes: objectNames, noun: 'object', draw: drawObject },
  letters: { classes: Object.keys(letterLines), noun: 'letter', draw: drawLetter },
};
