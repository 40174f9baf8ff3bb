define([], () => ({ nameOf: (element) => element.company }));
