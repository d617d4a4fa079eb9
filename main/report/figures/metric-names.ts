const names: Readonly<Record<string, string>> = {
  loss: 'training loss',
  learningRate: 'learning rate',
  gradientNorm: 'gradient norm',
  batchTop1: 'batch accuracy',
  valTop1: 'validation accuracy',
  valNormalizedTop1: 'normalized validation accuracy',
  disentanglementError: 'disentanglement error ξ',
};

/** Names a metric for an axis; one that is not known by the name under which it was stored. */
export function metricName(metric: string): string {
  return names[metric] ?? metric;
}
