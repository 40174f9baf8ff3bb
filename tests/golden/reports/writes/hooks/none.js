define([], () => ({ change: () => {} }));
