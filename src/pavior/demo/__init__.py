"""The whole road, walked once on real parts: what `pavior demo` and the first `pavior up` show."""
