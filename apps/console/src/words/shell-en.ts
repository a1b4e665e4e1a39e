/** The frame, and what all pages have. */
export const shellEn = {
  place: { loop: 'The loop', clients: 'Clients', review: 'Merge review', developers: 'Webhooks', keys: 'API keys' },
  keys: {
    title: 'Keyboard shortcuts',
    go: 'Go to: {{place}}',
    search: 'Search',
    help: 'This list',
    on: 'Single keys work as shortcuts',
  },
  pages: {
    label: 'Pages',
    shown_one: '{{n}} on this page',
    shown_other: '{{n}} on this page',
    first: 'First page',
    previous: 'Previous page',
    next: 'Next page',
  },
};
