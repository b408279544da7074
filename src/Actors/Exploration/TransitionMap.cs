namespace Actors.Exploration;

/// <summary>An open-addressing map from (task state, target state) to the number of a remembered transition. One writer at a time, any number of readers.</summary>
internal sealed class TransitionMap
{
    private volatile Table table = new(1 << 10);
    private int count;

    /// <summary>The number, or -1. A reader beside a writer may miss what is being added.</summary>
    public int Find(int task, int target) => table.Find(Key(task, target));

    /// <summary>Adds a pair that is not there. Only under the owner's lock.</summary>
    public void Add(int task, int target, int value)
    {
        if (++count * 2 > table.Size)
            table = table.Doubled();
        table.Put(Key(task, target), value);
    }

    private static ulong Key(int task, int target) => ((ulong)(uint)task << 32) | (uint)target;

    private sealed class Table
    {
        private readonly ulong[] keys;
        private readonly int[] values;
        private readonly int mask;

        public Table(int size)
        {
            keys = new ulong[size];
            Array.Fill(keys, ulong.MaxValue);
            values = new int[size];
            mask = size - 1;
        }

        public int Size => keys.Length;

        public int Find(ulong key)
        {
            for (var index = Home(key); ; index = (index + 1) & mask)
            {
                var there = Volatile.Read(ref keys[index]);
                if (there == key)
                    return values[index];
                if (there == ulong.MaxValue)
                    return -1;
            }
        }

        // The value is there before the key tells of it.
        public void Put(ulong key, int value)
        {
            var index = Home(key);
            while (keys[index] != ulong.MaxValue)
                index = (index + 1) & mask;
            values[index] = value;
            Volatile.Write(ref keys[index], key);
        }

        public Table Doubled()
        {
            var doubled = new Table(keys.Length * 2);
            for (var index = 0; index < keys.Length; index++)
            {
                if (keys[index] != ulong.MaxValue)
                    doubled.Put(keys[index], values[index]);
            }

            return doubled;
        }

        private int Home(ulong key) => (int)((key * 0x9e37_79b9_7f4a_7c15) >> 40) & mask;
    }
}
