LINT :=
