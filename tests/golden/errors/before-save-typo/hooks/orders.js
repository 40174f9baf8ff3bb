define([], () => ({ beforeSave: (rec) => rec }));
