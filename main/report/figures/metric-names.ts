const names: Readonly<Record<string, string>> = {
  loss: 'training loss',
  learningRate: 'learning rate',
  gradientNorm: 'norm of the gradient',
  batchTop1: 'top-1 accuracy on the batch',
  valTop1: 'validation top-1 accuracy',
  valNormalizedTop1: 'normalized validation accuracy',
  disentanglementError: 'disentanglement error ξ',
};

/** Names a metric for an axis; one that is not known by the name under which it was stored. */
export function metricName(metric: string): string {
  return names[metric] ?? metric;
}
