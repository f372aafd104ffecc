from_auto = ["a", "b"]
