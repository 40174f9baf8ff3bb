define([], () => ({ prepare: (doc) => doc }));
