/** The documentation site: these pages, and the reference that typedoc makes from the docstrings. */
import { defineConfig } from 'vitepress';

const page = (text, name) => ({ text, link: `/${name}` });

export default defineConfig({
  title: 'ftuseg',
  description: 'Find glomeruli and other functional tissue units in whole slides of kidney.',
  cleanUrls: true,
  // Paths of the repository that are no pages of the site.
  ignoreDeadLinks: [/\.\.\/(README|CONTRIBUTING|recipes)/],
  // The order of folders in architecture.md is text for a test.
  markdown: { languages: [{ name: 'folders', scopeName: 'text.folders', patterns: [], repository: {} }] },
  rewrites: { 'tutorial.md': 'index.md' },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      { text: 'Begin', items: [page('Tutorial', ''), page('Questions', 'faq'), page('Troubleshooting', 'troubleshooting'), page('Comparison', 'compare'), page('GPU', 'gpu')] },
      { text: 'Data', items: [page('Slides and tables', 'slides'), page('Labels', 'labels'), page('Objects and polygons', 'objects'), page('Synthetic slides', 'synth'), page("Kaggle's data", 'hubmap'), page('Exchange', 'exchange')] },
      { text: 'Work', items: [page('Command line', 'command-line'), page('Training', 'train'), page('Starter model', 'starter'), page('Prediction', 'predict'), page('Scores', 'evaluate'), page('Tuning', 'tune'), page('Experiments', 'experiment'), page('Many machines', 'cluster'), page('Stopping', 'stopping')] },
      { text: 'Studio', items: [page('The studio', 'studio'), page('Corrections', 'corrections'), page('Review', 'review'), page('Train again', 'train-again'), page('Without a server', 'studio-browser'), page('From the inside', 'studio-inside')] },
      { text: 'Background', items: [page('Promises', 'trust'), page('Accuracy', 'accuracy'), page('The published solution', 'reference'), page('Networks', 'models'), page('DenseCRF', 'crf'), page('libtorch', 'torch'), page('Architecture', 'architecture')] },
      { text: 'Reference', items: [page('Packages', 'api/')] },
    ],
  },
});
