define([], () => ({ addNames: (doc) => doc }));
