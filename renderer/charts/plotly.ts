import heatmap from 'plotly.js/lib/heatmap';
import plotly from 'plotly.js/lib/core';
import violin from 'plotly.js/lib/violin';

// The core draws lines and points; everything else is added here, so that nothing else is loaded.
plotly.register([heatmap, violin]);

export { plotly };
