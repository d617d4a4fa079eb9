import type { Shape } from './scene';

/** Moves shapes by a distance in points. */
export function moveShapes(shapes: readonly Shape[], dx: number, dy: number): Shape[] {
  return shapes.map((shape): Shape => {
    switch (shape.kind) {
      case 'path':
        return { ...shape, points: shape.points.map(([x, y]) => [x + dx, y + dy] as const) };
      case 'clip': {
        const { box } = shape;
        return {
          ...shape,
          box: { ...box, x: box.x + dx, y: box.y + dy },
          shapes: moveShapes(shape.shapes, dx, dy),
        };
      }
      default:
        return { ...shape, x: shape.x + dx, y: shape.y + dy };
    }
  });
}
