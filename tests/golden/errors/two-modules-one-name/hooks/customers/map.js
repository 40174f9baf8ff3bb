define([], () => ({ nameOf: (element) => element.name }));
